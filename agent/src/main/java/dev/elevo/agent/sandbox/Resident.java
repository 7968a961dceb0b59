package dev.elevo.agent.sandbox;

import static java.util.Objects.requireNonNull;

import dev.elevo.agent.driver.ProcessId;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.NetworkConfig;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one sandbox, on disk and in memory alike.
 *
 * @param slot where it lives
 * @param process its first; absent until it started
 * @param bootId of the host when it started: no process outlives its boot
 * @param restartedAt absent while it lives its first life
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
        @Nullable String errorReason,
        @Nullable Instant restartedAt) {

    Resident {
        requireNonNull(spec);
        requireNonNull(slot);
        requireNonNull(phase);
        requireNonNull(bootId);
        requireNonNull(createdAt);
    }

    static Resident starting(SandboxSpec spec, String slot, String bootId, Instant now) {
        return new Resident(spec, slot, Phase.STARTING, null, bootId, now, null, null, null, null);
    }

    Resident startingAgain(Deadline deadline, String boot, Instant now) {
        return new Resident(
                spec.until(deadline), slot, Phase.STARTING_AGAIN, null, boot, createdAt, null, null, null, now);
    }

    String id() {
        return spec.id();
    }

    Instant startedAt() {
        return Objects.requireNonNullElse(restartedAt, createdAt);
    }

    Resident running(ProcessId first) {
        return new Resident(spec, slot, Phase.RUNNING, first, bootId, createdAt, null, null, null, restartedAt);
    }

    /** Its clock stands still. */
    Resident paused() {
        return with(spec.until(Deadline.NEVER), Phase.PAUSED);
    }

    Resident resumed(Deadline deadline) {
        return with(spec.until(deadline), Phase.RUNNING);
    }

    Resident until(Deadline deadline) {
        return with(spec.until(deadline), phase);
    }

    Resident connectedBy(NetworkConfig network) {
        return with(spec.connectedBy(network), phase);
    }

    private Resident with(SandboxSpec changed, Phase other) {
        return new Resident(
                changed, slot, other, process, bootId, createdAt, endedAt, endReason, errorReason, restartedAt);
    }

    Resident ended(EndReason reason, @Nullable String error, Instant now) {
        return new Resident(spec, slot, Phase.ENDED, process, bootId, createdAt, now, reason, error, restartedAt);
    }

    boolean isRunning() {
        return phase == Phase.RUNNING;
    }

    boolean isPaused() {
        return phase == Phase.PAUSED;
    }

    /** Its processes are there, whether they run or not. */
    boolean hasProcesses() {
        return isRunning() || isPaused();
    }

    /** Itself. One without is refused. */
    Resident requireProcesses() {
        if (!hasProcesses()) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", Map.of("sandboxId", id()))
                    .asException();
        }
        return this;
    }

    boolean isAlive() {
        return process != null && process.alive();
    }

    /** One whose clock stands still never is. */
    boolean isPastDeadline(Instant now) {
        var deadline = spec.deadline();
        return isRunning() && deadline != null && !now.isBefore(deadline);
    }
}
