package dev.elevo.platform.status;

import dev.elevo.contract.sandbox.SandboxState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox came from one state into another.
 *
 * @param labels those it had then, for the filters of who listens
 * @param previous absent for a new sandbox
 * @param version of the sandbox after the change
 */
public record StatusChange(
        String organizationId,
        String sandboxId,
        String name,
        Map<String, String> labels,
        SandboxState state,
        @Nullable SandboxState previous,
        StatusReason reason,
        Instant at,
        long version) {

    public StatusChange {
        labels = Map.copyOf(labels);
        at = at.truncatedTo(ChronoUnit.MILLIS);
    }
}
