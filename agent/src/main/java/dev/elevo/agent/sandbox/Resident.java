package dev.elevo.agent.sandbox;

import static java.util.Objects.requireNonNull;

import dev.elevo.agent.driver.ProcessId;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.NetworkConfig;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one sandbox, on disk and in memory alike.
 *
 * @param slot where it lives
 * @param process its first; absent until it started
 * @param bootId of the host when it started: no process outlives its boot
 */
@Serdeable
record Resident(
        SandboxSpec spec,
        String slot,
        Phase phase,
        @Nullable ProcessId process,
        String bootId,
        Instant createdAt,
        @Nullable Instant endedAt,
        @Nullable EndReason endReason,
        @Nullable String errorReason) {

    Resident {
        requireNonNull(spec);
        requireNonNull(slot);
        requireNonNull(phase);
        requireNonNull(bootId);
        requireNonNull(createdAt);
    }

    static Resident starting(SandboxSpec spec, String slot, String bootId, Instant now) {
        return new Resident(spec, slot, Phase.STARTING, null, bootId, now, null, null, null);
    }

    Resident connectedBy(NetworkConfig network) {
        return new Resident(
                spec.connectedBy(network), slot, phase, process, bootId, createdAt, endedAt, endReason, errorReason);
    }

    String id() {
        return spec.id();
    }

    Resident running(ProcessId first) {
        return new Resident(spec, slot, Phase.RUNNING, first, bootId, createdAt, null, null, null);
    }

    Resident ended(EndReason reason, @Nullable String error, Instant now) {
        return new Resident(spec, slot, Phase.ENDED, process, bootId, createdAt, now, reason, error);
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    boolean isAlive() {
        return process != null && process.alive();
    }

    boolean isPastDeadline(Instant now) {
        var deadline = spec.deadline();
        return deadline != null && !now.isBefore(deadline);
    }
}
