package dev.elevo.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A sandbox has come into another state. */
public record SandboxEvent(
        String event,
        String sandboxId,
        String name,
        String state,
        @Nullable String previousState,
        String reason,
        Instant timestamp) {}
