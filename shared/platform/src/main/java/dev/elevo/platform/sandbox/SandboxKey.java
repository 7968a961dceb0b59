package dev.elevo.platform.sandbox;

/** Names one sandbox among those of all organizations. */
public record SandboxKey(String organizationId, String id) {}
