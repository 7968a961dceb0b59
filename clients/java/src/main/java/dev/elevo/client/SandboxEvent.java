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

    /** Some may have been missed, since a connection was lost and not taken up where it was; whoever must not miss one lists the sandboxes again. */
    public static final String GAP = "gap";

    static SandboxEvent gap() {
        return new SandboxEvent(GAP, null, null, null, null, null, null);
    }
}
