package dev.elevo.platform.push;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusReason;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a sandbox without anybody asking for it, to be told to whoever made it.
 *
 * @param version of the sandbox after the change
 * @param told devices that know it, or of which nobody can say whether they do
 */
public record Push(
        String organizationId,
        String userId,
        String sandboxId,
        String name,
        SandboxState state,
        StatusReason reason,
        Instant at,
        long version,
        Set<String> told) {

    public Push {
        told = Set.copyOf(told);
    }

    /** Empty for what somebody did himself, and for the end of what has long rested. */
    public static Optional<Push> of(StatusChange change, @Nullable String owner) {
        return owner != null && isNews(change)
                ? Optional.of(new Push(
                        change.organizationId(),
                        owner,
                        change.sandboxId(),
                        change.name(),
                        change.state(),
                        change.reason(),
                        change.at(),
                        change.version(),
                        Set.of()))
                : Optional.empty();
    }

    private static boolean isNews(StatusChange change) {
        var byTimer = change.reason() == StatusReason.TIMEOUT || change.reason() == StatusReason.IDLE;
        return switch (change.state()) {
            case FAILED -> true;
            // One that is ephemeral is deleted where another is stopped.
            case STOPPED, PAUSED, DELETED -> byTimer;
            case CREATING, RUNNING -> false;
        };
    }

    Push knownBy(Set<String> devices) {
        return new Push(organizationId, userId, sandboxId, name, state, reason, at, version, devices);
    }
}
