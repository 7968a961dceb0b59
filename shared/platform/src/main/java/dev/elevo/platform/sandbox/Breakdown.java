package dev.elevo.platform.sandbox;

/**
 * What broke a sandbox.
 *
 * @param recoverable it may be started again: its files are there
 */
public record Breakdown(String reason, boolean recoverable) {}
