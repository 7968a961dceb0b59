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
import dev.elevo.platform.sandbox.StateMachine.Stays;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Takes sandboxes from one state to the next: the state machine judges, the engine acts, the store remembers. */
@Singleton
class Lifecycle {
    /** Nobody waits for what ended by itself; a moment to write a file is enough. */
    private static final int GRACE_MS = 1000;

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

    /** Ends a sandbox for a reason nobody asked for. Empty when it is deleted by that. */
    Optional<Sandbox> end(Sandbox sandbox, Action action, EndReason reason) {
        if (sandbox.isBeingDeleted()) {
            return Optional.of(sandbox);
        }
        return switch (StateMachine.judge(sandbox, action)) {
            case Becomes(SandboxState state)
            when state == SandboxState.DELETED ->
                remove(sandbox, Ending.bySystem(reason)) instanceof Saved.Stale(Sandbox now)
                        ? Optional.of(now)
                        : Optional.empty();
            case Becomes becomes -> {
                if (!stopAtTheEngine(sandbox, reason)) {
                    yield lost(sandbox);
                }
                yield advance(sandbox, action, (seen, now) -> seen.stopped(Ending.bySystem(reason), now));
            }
            case Stays stays -> Optional.of(sandbox);
            case Refused refused -> Optional.empty();
        };
    }

    /** The engine does not have it any more, nor its files. */
    Optional<Sandbox> lost(Sandbox sandbox) {
        return broken(sandbox, new Breakdown("Its host does not have it any more", false));
    }

    /** Its runtime died. */
    Optional<Sandbox> broken(Sandbox sandbox, Breakdown what) {
        return advance(
                sandbox, Action.RUNTIME_DIES, (seen, now) -> seen.failed(Ending.bySystem(EndReason.FAILED), what, now));
    }

    /**
     * Makes the change if the action still applies to what is there when it is made; else gives what is there. Empty when that
     * is nothing.
     */
    Optional<Sandbox> advance(Sandbox sandbox, Action action, BiFunction<Sandbox, Instant, Sandbox> change) {
        var seen = sandbox;
        while (StateMachine.judge(seen, action) instanceof Becomes && !seen.isBeingDeleted()) {
            switch (store.replace(seen, change.apply(seen, clock.instant()))) {
                case Saved.Done(Sandbox now) -> {
                    return Optional.of(now);
                }
                case Saved.Stale(Sandbox now) -> seen = now;
                case Saved.Gone gone -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(seen);
    }

    /** Marks, removes, buries: if it dies in between, the mark tells the sweeper what was meant. */
    private Saved remove(Sandbox sandbox, Ending why) {
        var marked = store.replace(sandbox, sandbox.beginning(new Pending(Action.FORCE_DELETE, why, clock.instant())));
        if (!(marked instanceof Saved.Done(Sandbox now))) {
            return marked;
        }
        engine.delete(now.id());
        var end = ACTIVE.contains(now.state()) ? why : now.ending();
        return store.replace(now, now.deleted(end, clock.instant()));
    }

    /** False when the engine does not know the sandbox. */
    private boolean stopAtTheEngine(Sandbox sandbox, EndReason reason) {
        try {
            engine.stop(sandbox.id(), new StopSandbox(GRACE_MS, reason));
            return true;
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }
}
