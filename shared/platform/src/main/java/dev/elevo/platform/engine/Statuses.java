package dev.elevo.platform.engine;

import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Placement.Course;
import java.util.Map;

/** What is said of sandboxes in MicroVMs. */
final class Statuses {
    static final Map<String, Boolean> ENFORCED =
            Map.of("cpu", true, "memory", true, "disk", true, "pids", false, "network", true);

    private Statuses() {}

    /** What its agent says, and what only the register knows. */
    static SandboxStatus merged(SandboxStatus agents, Placement placement) {
        return new SandboxStatus(
                agents.id(),
                agents.state(),
                Isolation.MICROVM,
                agents.enforced(),
                placement.createdAt(),
                agents.startedAt(),
                agents.endedAt(),
                agents.endReason(),
                agents.errorReason(),
                agents.health(),
                placement.spec().network(),
                agents.deadline(),
                agents.lastUsedAt());
    }

    /** What the register alone knows. */
    static SandboxStatus of(Placement placement) {
        var enforced = placement.enforced();
        var end = placement.end();
        return new SandboxStatus(
                placement.sandboxId(),
                state(placement),
                Isolation.MICROVM,
                enforced == null ? ENFORCED : enforced,
                placement.createdAt(),
                placement.startedAt(),
                end == null ? null : end.at(),
                end == null ? null : end.reason(),
                end == null ? null : end.words(),
                null,
                placement.spec().network(),
                placement.spec().deadline(),
                null);
    }

    private static SandboxState state(Placement placement) {
        return switch (placement.phase()) {
            case RUNNING -> SandboxState.RUNNING;
            case STARTING, SAVING -> onItsWay(placement.course());
            case SUSPENDING, SUSPENDED, ARCHIVED -> SandboxState.PAUSED;
            case STOPPED -> SandboxState.STOPPED;
            case LOST -> SandboxState.FAILED;
        };
    }

    /** Who moves is meanwhile what it was. */
    private static SandboxState onItsWay(Course course) {
        return switch (course) {
            case NONE -> SandboxState.STOPPED;
            case MOVING -> SandboxState.RUNNING;
            case ARCHIVING, RESUMING -> SandboxState.PAUSED;
        };
    }
}
