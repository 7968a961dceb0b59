package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is told of a change of a sandbox's state, and for what reason. */
final class Announcement {
    private Announcement() {}

    static StatusChange ofNew(Sandbox sandbox, Instant now) {
        return change(null, sandbox, StatusReason.CREATED, now);
    }

    static StatusChange of(Sandbox seen, Sandbox next, Instant now) {
        return change(seen.state(), next, reason(seen, next), now);
    }

    private static StatusChange change(
            @Nullable SandboxState previous, Sandbox next, StatusReason reason, Instant now) {
        return new StatusChange(
                next.organizationId(),
                next.id(),
                next.name(),
                next.settings().labels(),
                next.state(),
                previous,
                reason,
                now,
                next.version());
    }

    private static StatusReason reason(Sandbox seen, Sandbox next) {
        return switch (next.state()) {
            // Somebody wants it to run again.
            case CREATING -> StatusReason.API;
            case RUNNING ->
                seen.state() == SandboxState.CREATING && seen.pending() == null
                        ? StatusReason.CREATED
                        : StatusReason.API;
            case STOPPED, PAUSED -> ofEnding(why(seen, next));
            case FAILED -> StatusReason.CRASH;
            case DELETED -> ofDeletion(seen, why(seen, next));
        };
    }

    /** What was begun for a reason ends for it, whatever the record of its last end says. */
    static @Nullable Ending why(Sandbox seen, Sandbox next) {
        var pending = seen.pending();
        return pending == null ? next.ending() : pending.why();
    }

    /** A sandbox at rest that nobody asked to delete has rested as long as it may. */
    private static StatusReason ofDeletion(Sandbox seen, @Nullable Ending why) {
        var atRest = seen.state() == SandboxState.STOPPED || seen.state() == SandboxState.FAILED;
        return atRest && why != null && why.by().equals(Ending.SYSTEM) ? StatusReason.AUTO_DELETE : ofEnding(why);
    }

    private static StatusReason ofEnding(@Nullable Ending why) {
        return why == null ? StatusReason.API : ofEnd(why.reason());
    }

    private static StatusReason ofEnd(EndReason reason) {
        return switch (reason) {
            case REQUESTED -> StatusReason.API;
            case EXPIRED -> StatusReason.TIMEOUT;
            case IDLE -> StatusReason.IDLE;
            case FAILED, EVICTED -> StatusReason.CRASH;
        };
    }
}
