package dev.elevo.platform.engine;

import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.EndReason;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a sandbox is: in which MicroVM, or where its files wait for the next one. Only one MicroVM ever has the right to write its
 * files: the next generation begins when the last has ended.
 *
 * @param spec what it was made as, with what it was told since
 * @param generation counts its MicroVMs
 * @param attempt the client token of the start of this generation's: whoever repeats it gets the same MicroVM
 * @param moving whether it goes from one MicroVM to the next, and is to be where it was
 * @param machine absent while there is none
 * @param workspace its files as they were saved last; absent before that
 */
@Serdeable
record Placement(
        SandboxSpec spec,
        Phase phase,
        int generation,
        String attempt,
        boolean moving,
        Instant createdAt,
        Instant startedAt,
        @Nullable Machine machine,
        @Nullable Workspace workspace,
        @Nullable Instant endedAt,
        @Nullable EndReason endReason,
        @Nullable String errorReason,
        @Nullable Map<String, Boolean> enforced) {

    /** How far it is. */
    @Serdeable
    enum Phase {
        /** A MicroVM is wanted, or there and not yet ready. */
        STARTING,
        RUNNING,
        SUSPENDED,
        /** Its files go out of its MicroVM, which ends then. */
        SAVING,
        /** No MicroVM: its files are saved. */
        STOPPED,
        /** As it was paused it outlived its MicroVM: its files are saved, its processes are gone. */
        ARCHIVED,
        /** Its MicroVM ended by itself. What was saved before is left, if anything was. */
        LOST
    }

    /** A MicroVM that is, or was, its own. */
    @Serdeable
    record Machine(String microvmId, String endpoint, String imageArn, Instant startedAt) {}

    /**
     * Saved files.
     *
     * @param generation of the MicroVM they were in
     */
    @Serdeable
    record Workspace(String key, String sha256, long bytes, int generation) {}

    static Placement first(SandboxSpec spec, Instant now) {
        return new Placement(
                spec, Phase.STARTING, 1, newAttempt(), false, now, now, null, null, null, null, null, null);
    }

    String sandboxId() {
        return spec.id();
    }

    boolean is(Phase wanted) {
        return phase == wanted;
    }

    boolean isAsFarAs(Placement other) {
        return phase == other.phase && generation == other.generation && Objects.equals(machine, other.machine);
    }

    Placement with(SandboxSpec other) {
        return new Placement(
                other,
                phase,
                generation,
                attempt,
                moving,
                createdAt,
                startedAt,
                machine,
                workspace,
                endedAt,
                endReason,
                errorReason,
                enforced);
    }

    Placement on(Machine found) {
        return change(phase, found, workspace);
    }

    /** The last start came to nothing: the next is another one. */
    Placement attemptingAnew() {
        return new Placement(
                spec,
                Phase.STARTING,
                generation,
                newAttempt(),
                moving,
                createdAt,
                startedAt,
                null,
                workspace,
                endedAt,
                endReason,
                errorReason,
                enforced);
    }

    Placement running(Map<String, Boolean> enforcedNow, Instant now) {
        return new Placement(
                spec,
                Phase.RUNNING,
                generation,
                attempt,
                false,
                createdAt,
                now,
                machine,
                workspace,
                null,
                null,
                null,
                enforcedNow);
    }

    Placement resumed() {
        return change(Phase.RUNNING, machine, workspace);
    }

    Placement suspended() {
        return change(Phase.SUSPENDED, machine, workspace);
    }

    /** @param toMove whether it goes on in another MicroVM */
    Placement saving(boolean toMove, @Nullable EndReason why) {
        return new Placement(
                spec,
                Phase.SAVING,
                generation,
                attempt,
                toMove,
                createdAt,
                startedAt,
                machine,
                workspace,
                endedAt,
                why,
                errorReason,
                enforced);
    }

    Placement saved(Workspace files) {
        return change(phase, machine, files);
    }

    boolean hasSavedThisGeneration() {
        return workspace != null && workspace.generation() == generation;
    }

    Placement stopped(@Nullable EndReason why, Instant now) {
        return ended(Phase.STOPPED, why, null, now);
    }

    Placement archived() {
        return change(Phase.ARCHIVED, null, workspace);
    }

    Placement lost(String reason, Instant now) {
        return ended(Phase.LOST, EndReason.FAILED, reason, now);
    }

    private Placement ended(Phase end, @Nullable EndReason why, @Nullable String reason, Instant now) {
        return new Placement(
                spec,
                end,
                generation,
                attempt,
                false,
                createdAt,
                startedAt,
                null,
                workspace,
                now,
                why,
                reason,
                enforced);
    }

    /** A further MicroVM, of the next generation. */
    Placement next(boolean isMoving) {
        return new Placement(
                spec,
                Phase.STARTING,
                generation + 1,
                newAttempt(),
                isMoving,
                createdAt,
                startedAt,
                null,
                workspace,
                endedAt,
                endReason,
                null,
                enforced);
    }

    private Placement change(Phase to, @Nullable Machine on, @Nullable Workspace files) {
        return new Placement(
                spec,
                to,
                generation,
                attempt,
                moving,
                createdAt,
                startedAt,
                on,
                files,
                endedAt,
                endReason,
                errorReason,
                enforced);
    }

    private static String newAttempt() {
        return UUID.randomUUID().toString();
    }
}
