package dev.elevo.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox has come into another state.
 *
 * @param event {@code sandbox_status}; or {@link #GAP}, which has nothing else
 */
public record SandboxEvent(
        String event,
        @Nullable String sandboxId,
        @Nullable String name,
        @Nullable String state,
        @Nullable String previousState,
        @Nullable String reason,
        @Nullable Instant timestamp) {

    /** A connection was lost meanwhile; whoever must not miss a change lists the sandboxes again. */
    public static final String GAP = "gap";

    static SandboxEvent gap() {
        return new SandboxEvent(GAP, null, null, null, null, null, null);
    }
}
