package dev.elevo.platform.engine;

import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Workspaces.Arrival;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a sandbox is: in which MicroVM, or where its files wait for the next one. Only one MicroVM ever has the right to write its
 * files: the next generation begins when the last has ended.
 *
 * @param spec what it was made as, with what it was told since
 * @param changedAt since when it is as far as it is
 * @param course where it goes beyond its phase
 * @param generation counts its MicroVMs
 * @param attempt the client token of the start of this generation's: whoever repeats it gets the same MicroVM
 * @param machine absent while there is none
 * @param workspace its files as they were saved last; absent before that
 * @param litter keys under which something may lie that nobody needs
 * @param arrival its files, while they are brought; the key is litter until they are there
 * @param end of the last time it ran, where it ended
 */
@Serdeable
record Placement(
        SandboxSpec spec,
        Phase phase,
        Instant changedAt,
        Course course,
        int generation,
        String attempt,
        Instant createdAt,
        Instant startedAt,
        @Nullable Machine machine,
        @Nullable Workspace workspace,
        List<String> litter,
        @Nullable Arrival arrival,
        @Nullable End end,
        @Nullable Map<String, Boolean> enforced) {

    /** How far it is. */
    @Serdeable
    enum Phase {
        /** A MicroVM is wanted, or there and not yet ready. */
        STARTING,
        RUNNING,
        /** What runs in it is paused; its MicroVM is to sleep. */
        SUSPENDING,
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

    /** What the caretaker brings to its end, whoever began it. */
    @Serdeable
    enum Course {
        /** Nothing but what somebody asked for. */
        NONE,
        /** From one MicroVM to the next: it is to run as it did. */
        MOVING,
        /** Out of its MicroVM: it is to be paused as it was. */
        ARCHIVING,
        /** From its files into a MicroVM again: it is paused until it runs. */
        RESUMING
    }

    /** A MicroVM that is, or was, its own. */
    @Serdeable
    record Machine(String microvmId, String endpoint, String imageArn, long diskBytes, Instant startedAt) {}

    /**
     * Saved files.
     *
     * @param generation of the MicroVM they were in
     */
    @Serdeable
    record Workspace(String key, String sha256, long bytes, int generation) {}

    /** How it ended. */
    @Serdeable
    record End(
            @Nullable Instant at,
            @Nullable EndReason reason,
            @Nullable String words) {}

    static Placement first(SandboxSpec spec, Instant now) {
        return new Placement(
                spec,
                Phase.STARTING,
                now,
                Course.NONE,
                1,
                newAttempt(),
                now,
                now,
                null,
                null,
                List.of(),
                null,
                null,
                null);
    }

    String sandboxId() {
        return spec.id();
    }

    boolean is(Phase wanted) {
        return phase == wanted;
    }

    /** Whether it is over when that MicroVM is: it is in it, and not just leaving it with all it has. A start is made again. */
    boolean endsWith(Machine ended) {
        return machine != null
                && machine.microvmId().equals(ended.microvmId())
                && !is(Phase.STARTING)
                && !(is(Phase.SAVING) && hasSavedThisGeneration());
    }

    /** Or about to be. */
    boolean isAsleep() {
        return is(Phase.SUSPENDING) || is(Phase.SUSPENDED);
    }

    boolean isOnItsWay() {
        return course != Course.NONE;
    }

    /** Whatever it was told. */
    boolean isAsFarAs(Placement other) {
        return phase == other.phase
                && course == other.course
                && generation == other.generation
                && Objects.equals(machine, other.machine)
                && Objects.equals(workspace, other.workspace)
                && litter.equals(other.litter)
                && Objects.equals(arrival, other.arrival);
    }

    Placement with(SandboxSpec other) {
        return new Placement(
                other,
                phase,
                changedAt,
                course,
                generation,
                attempt,
                createdAt,
                startedAt,
                machine,
                workspace,
                litter,
                arrival,
                end,
                enforced);
    }

    Placement on(Machine found, Instant now) {
        return change(phase, now, course, found);
    }

    /** The last start came to nothing: the next is another one. */
    Placement attemptingAnew(Instant now) {
        return starting(generation, course, now);
    }

    Placement running(Map<String, Boolean> enforcedNow, Instant now) {
        return new Placement(
                spec,
                Phase.RUNNING,
                now,
                Course.NONE,
                generation,
                attempt,
                createdAt,
                now,
                machine,
                workspace,
                litter,
                arrival,
                null,
                enforcedNow);
    }

    Placement resumed(Instant now) {
        return change(Phase.RUNNING, now, course, machine);
    }

    Placement suspending(Instant now) {
        return change(Phase.SUSPENDING, now, course, machine);
    }

    Placement suspended(Instant now) {
        return change(Phase.SUSPENDED, now, course, machine);
    }

    /** @param to where it goes then */
    Placement saving(Course to, @Nullable EndReason why, Instant now) {
        return ending(Phase.SAVING, to, machine, new End(null, why, null), now);
    }

    /** What is noted before it is brought is found again whoever dies. */
    Placement bringing(Arrival files) {
        return withFiles(
                workspace,
                Stream.concat(litter.stream(), Stream.of(files.key())).toList(),
                files);
    }

    /** They do not come; others may. */
    Placement bringingNothing() {
        return withFiles(workspace, litter, null);
    }

    /** The files that were there before are of no use any more. */
    Placement saved(Workspace files) {
        var before = workspace == null ? Stream.<String>empty() : Stream.of(workspace.key());
        return withFiles(
                files,
                Stream.concat(litter.stream().filter(key -> !key.equals(files.key())), before)
                        .toList(),
                null);
    }

    /** All that may lie in the bucket for it. */
    List<String> keys() {
        var own = workspace == null ? Stream.<String>empty() : Stream.of(workspace.key());
        return Stream.concat(own, litter.stream()).toList();
    }

    Placement tidied() {
        return withFiles(workspace, List.of(), arrival);
    }

    boolean hasSavedThisGeneration() {
        return workspace != null && workspace.generation() == generation;
    }

    Placement stopped(@Nullable EndReason why, Instant now) {
        return ending(Phase.STOPPED, Course.NONE, null, new End(now, why, null), now);
    }

    Placement archived(Instant now) {
        return change(Phase.ARCHIVED, now, Course.NONE, null);
    }

    Placement lost(String reason, Instant now) {
        return ending(Phase.LOST, Course.NONE, null, new End(now, EndReason.FAILED, reason), now);
    }

    /** A further MicroVM, of the next generation. */
    Placement next(Course on, Instant now) {
        return starting(generation + 1, on, now);
    }

    private Placement starting(int which, Course on, Instant now) {
        return new Placement(
                spec,
                Phase.STARTING,
                now,
                on,
                which,
                newAttempt(),
                createdAt,
                startedAt,
                null,
                workspace,
                litter,
                null,
                end,
                enforced);
    }

    private Placement ending(Phase to, Course on, @Nullable Machine in, End how, Instant now) {
        return new Placement(
                spec,
                to,
                now,
                on,
                generation,
                attempt,
                createdAt,
                startedAt,
                in,
                workspace,
                litter,
                null,
                how,
                enforced);
    }

    private Placement change(Phase to, Instant now, Course on, @Nullable Machine in) {
        return new Placement(
                spec,
                to,
                now,
                on,
                generation,
                attempt,
                createdAt,
                startedAt,
                in,
                workspace,
                litter,
                arrival,
                end,
                enforced);
    }

    private Placement withFiles(@Nullable Workspace files, List<String> others, @Nullable Arrival coming) {
        return new Placement(
                spec,
                phase,
                changedAt,
                course,
                generation,
                attempt,
                createdAt,
                startedAt,
                machine,
                files,
                others,
                coming,
                end,
                enforced);
    }

    private static String newAttempt() {
        return UUID.randomUUID().toString();
    }
}
