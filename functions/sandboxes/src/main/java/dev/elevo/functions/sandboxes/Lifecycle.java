package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Breakdown;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Saved;
import dev.elevo.platform.sandbox.StateMachine;
import dev.elevo.platform.sandbox.StateMachine.Becomes;
import dev.elevo.platform.sandbox.StateMachine.Refused;
import dev.elevo.platform.volume.Mounts;
import dev.elevo.platform.volume.VolumeFailures;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sandboxes from one state to the next: the state machine judges, the engine acts, the store remembers.
 *
 * <p>What takes the engine some time is marked before it begins, and the mark is on the record until it is done: it keeps others
 * away, and tells the sweeper what was meant when nobody finishes it. What an engine does in no time needs none.
 */
@Singleton
class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    /** Nobody waits for what ended by itself; a moment to write a file is enough. */
    private static final int GRACE_MS = 1000;

    /** Of what the engine did and nobody recorded. */
    private static final Ending FOLLOWED = Ending.bySystem(EndReason.REQUESTED);

    private static final Set<SandboxState> ACTIVE =
            EnumSet.of(SandboxState.CREATING, SandboxState.RUNNING, SandboxState.PAUSED);

    private final SandboxStore store;
    private final Engine engine;
    private final InstantSource clock;

    Lifecycle(SandboxStore store, Engine engine, InstantSource clock) {
        this.store = store;
        this.engine = engine;
        this.clock = clock;
    }

    /**
     * Makes a change that somebody asked for, whatever else is going on.
     *
     * @throws ApiException the state forbids it, or another action is at work
     */
    Sandbox change(Sandbox sandbox, Action action, BiFunction<Sandbox, Instant, Sandbox> change) {
        var seen = sandbox;
        while (true) {
            admit(seen, action);
            var next = change.apply(seen, clock.instant());
            switch (store.replace(seen, next)) {
                case Saved.Done(Sandbox now) -> {
                    return now;
                }
                case Saved.Stale(Sandbox now) -> seen = now;
                case Saved.NameTaken taken ->
                    throw SandboxFailures.nameTaken(next.name()).asException();
                case Saved.NoVolume(Mounts.Refusal refusal) ->
                    throw VolumeFailures.cannotBeMounted(refusal).asException();
                case Saved.Gone gone ->
                    throw SandboxFailures.notFound(sandbox.id()).asException();
            }
        }
    }

    static void admit(Sandbox seen, Action action) {
        if (StateMachine.judge(seen, action) instanceof Refused(ErrorCode code)) {
            throw SandboxFailures.refused(code, seen, action).asException();
        }
        var pending = seen.pending();
        if (pending != null && action != Action.DESCRIBE) {
            throw SandboxFailures.busy(seen, pending, action).asException();
        }
    }

    /** Marks an action as begun. */
    Sandbox begin(Sandbox sandbox, Action action, Ending why, int graceMs) {
        return change(
                sandbox, action, (seen, now) -> seen.beginning(new Pending(action, why, now.plusMillis(graceMs))));
    }

    /**
     * Makes the change that a mark announced, unless the mark is not there any more: then somebody else has finished it, or
     * deletes the sandbox. Gives what is there then; empty when that is nothing.
     */
    Optional<Sandbox> complete(Sandbox marked, BiFunction<Sandbox, Instant, Sandbox> change) {
        var seen = marked;
        while (seen.state() == marked.state() && Objects.equals(seen.pending(), marked.pending())) {
            switch (store.replace(seen, change.apply(seen, clock.instant()))) {
                case Saved.Done(Sandbox now) -> {
                    return Optional.of(now);
                }
                case Saved.Stale(Sandbox now) -> seen = now;
                case Saved.Gone gone -> {
                    return Optional.empty();
                }
                case Saved.NameTaken taken -> throw new IllegalStateException("no end of an action gives a new name");
                case Saved.NoVolume none -> throw unexpected(none);
            }
        }
        return Optional.of(seen);
    }

    /** Ends one that is marked so. Gives what is there then; empty when it is deleted by that. */
    Optional<Sandbox> stop(Sandbox marked, int graceMs) {
        var why = Objects.requireNonNull(marked.pending(), "only what is marked is stopped")
                .why();
        try {
            engine.sandboxes().stop(marked.id(), new StopSandbox(graceMs, why.reason()));
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                return lost(marked);
            }
            throw givingUp(marked, e);
        } catch (RuntimeException e) {
            throw givingUp(marked, e);
        }
        return marked.settings().ephemeral()
                ? removeStopped(marked, why)
                : complete(marked, (seen, now) -> seen.stopped(why, now));
    }

    private Optional<Sandbox> removeStopped(Sandbox marked, Ending why) {
        var seen = marked;
        while (seen.isBeingDeleted() || Objects.equals(seen.pending(), marked.pending())) {
            switch (remove(seen, why)) {
                case Saved.Stale(Sandbox now) -> seen = now;
                case Saved.Done done -> {
                    return Optional.of(done.now());
                }
                case Saved.Gone gone -> {
                    return Optional.empty();
                }
                case Saved.NameTaken taken -> throw new IllegalStateException("nobody is named anew by an end");
                case Saved.NoVolume none -> throw unexpected(none);
            }
        }
        return Optional.of(seen);
    }

    /** The engine did not do it, and whoever asked may ask again. Should it still come to that, the sweeper records it. */
    <E extends RuntimeException> E givingUp(Sandbox marked, E cause) {
        try {
            complete(marked, (seen, now) -> seen.released());
        } catch (RuntimeException e) {
            LOG.warn("{} stays marked until the sweeper comes", marked.id(), e);
            cause.addSuppressed(e);
        }
        return cause;
    }

    /** Freezes it. There is no mark: whoever comes in between meets either state. */
    Sandbox pause(Sandbox sandbox, Action action, Ending why) {
        admit(sandbox, action);
        try {
            engine.sandboxes().pause(sandbox.id());
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                lost(sandbox);
                throw SandboxFailures.refused(ErrorCode.SANDBOX_NOT_RUNNING, sandbox, action)
                        .causedBy(e);
            }
            throw e;
        }
        return record(
                sandbox,
                action,
                (seen, now) -> seen.paused(why),
                now -> now.state() == SandboxState.PAUSED && FOLLOWED.equals(now.ending()));
    }

    Sandbox resume(Sandbox sandbox) {
        admit(sandbox, Action.RESUME);
        try {
            engine.sandboxes()
                    .resume(
                            sandbox.id(),
                            Synchronizer.deadline(sandbox.settings().expiryFrom(clock.instant())));
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                lost(sandbox);
            }
            throw e;
        }
        return record(
                sandbox,
                Action.RESUME,
                Sandbox::resumed,
                now -> now.state() == SandboxState.RUNNING && now.pending() == null);
    }

    /** What the engine has done. The sweeper may have seen it there, and recorded it first. */
    private Sandbox record(
            Sandbox sandbox,
            Action action,
            BiFunction<Sandbox, Instant, Sandbox> change,
            Predicate<Sandbox> recordedBySweeper) {
        return store.replace(sandbox, change.apply(sandbox, clock.instant())) instanceof Saved.Done(Sandbox done)
                ? done
                : store.find(sandbox.organizationId(), sandbox.id())
                        .filter(recordedBySweeper)
                        .orElseGet(() -> change(sandbox, action, change));
    }

    /** Refuses with 2008 where the state forbids it or something else is at work; a forced one is always accepted. */
    void delete(Sandbox sandbox, boolean force, String by) {
        var action = force ? Action.FORCE_DELETE : Action.DELETE;
        var seen = sandbox;
        while (true) {
            if (StateMachine.judge(seen, action) instanceof Refused(ErrorCode code)) {
                throw SandboxFailures.refused(code, seen, action).asException();
            }
            var pending = seen.pending();
            if (!force && pending != null && !seen.isBeingDeleted()) {
                throw SandboxFailures.busy(seen, pending, action).asException();
            }
            if (!(remove(seen, new Ending(EndReason.REQUESTED, by)) instanceof Saved.Stale(Sandbox now))) {
                return;
            }
            seen = now;
        }
    }

    /** Finishes a deletion that died half-way, for the reason it had. */
    void finishDeletion(Sandbox sandbox, Pending begun) {
        remove(sandbox, begun.why());
    }

    /** Its time is used up. Empty when it is deleted by that. */
    Optional<Sandbox> expire(Sandbox sandbox) {
        return end(sandbox, Action.TIME_RUNS_OUT, EndReason.EXPIRED);
    }

    /**
     * Ends a sandbox for a reason nobody asked for, unless anything else is going on: then that comes first, and this again with
     * the next sweep. Empty when it is deleted by that.
     */
    Optional<Sandbox> end(Sandbox sandbox, Action action, EndReason reason) {
        return end(sandbox, action, Ending.bySystem(reason));
    }

    /** The same with a reason that says more. */
    Optional<Sandbox> end(Sandbox sandbox, Action action, Ending why) {
        if (sandbox.pending() != null || !(StateMachine.judge(sandbox, action) instanceof Becomes(SandboxState next))) {
            return Optional.of(sandbox);
        }
        if (next == SandboxState.PAUSED) {
            return Optional.of(pause(sandbox, action, why));
        }
        if (!ACTIVE.contains(sandbox.state())) {
            return now(remove(sandbox, why));
        }
        var due = clock.instant().plusMillis(GRACE_MS);
        return switch (store.replace(sandbox, sandbox.beginning(new Pending(Action.STOP, why, due)))) {
            case Saved.Done(Sandbox marked) -> stop(marked, GRACE_MS);
            case Saved other -> now(other);
        };
    }

    /** A pause or the end of one that the engine made and nobody recorded. */
    void follow(Sandbox sandbox, SandboxState engines) {
        var next = engines == SandboxState.PAUSED ? sandbox.paused(FOLLOWED) : sandbox.resumed(clock.instant());
        var saved = store.replace(sandbox, next);
        LOG.info("{} is {} at its engine: {}", sandbox.id(), engines, saved);
    }

    /** The engine does not have it any more, nor its files. */
    Optional<Sandbox> lost(Sandbox sandbox) {
        return broken(sandbox, new Breakdown("Its host does not have it any more", false));
    }

    /** Its runtime died. Somebody who changed it meanwhile knows more than who says so. */
    Optional<Sandbox> broken(Sandbox sandbox, Breakdown what) {
        return StateMachine.judge(sandbox, Action.RUNTIME_DIES) instanceof Becomes
                ? now(store.replace(sandbox, sandbox.failed(Ending.bySystem(EndReason.FAILED), what, clock.instant())))
                : Optional.of(sandbox);
    }

    private static Optional<Sandbox> now(Saved saved) {
        return switch (saved) {
            case Saved.Done(Sandbox now) -> now.state() == SandboxState.DELETED ? Optional.empty() : Optional.of(now);
            case Saved.Stale(Sandbox now) -> Optional.of(now);
            case Saved.NameTaken taken -> Optional.empty();
            case Saved.NoVolume none -> throw unexpected(none);
            case Saved.Gone gone -> Optional.empty();
        };
    }

    private static IllegalStateException unexpected(Saved.NoVolume none) {
        return new IllegalStateException("an end needs no volume, not even " + none.refusal());
    }

    /** Marks, removes, buries: if it dies in between, the mark tells the sweeper what was meant. */
    private Saved remove(Sandbox sandbox, Ending why) {
        var marked = store.replace(sandbox, sandbox.beginning(new Pending(Action.FORCE_DELETE, why, clock.instant())));
        if (!(marked instanceof Saved.Done(Sandbox now))) {
            return marked;
        }
        engine.sandboxes().delete(now.id());
        var end = ACTIVE.contains(now.state()) ? why : now.ending();
        return store.replace(now, now.deleted(end, clock.instant()));
    }
}
