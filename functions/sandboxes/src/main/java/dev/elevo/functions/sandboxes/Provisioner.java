package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.BusyVolumes;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Background;
import dev.elevo.platform.sandbox.Breakdown;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.sandbox.Wall;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Has the engine make, start again or restart a sandbox, as its record says. Every step may be repeated, so whoever finds one
 * half-made – the repeated request, the sweeper – finishes it the same way.
 */
@Singleton
class Provisioner {
    /** The engine refuses the wish itself; there is nothing that could be started later. */
    private static final Set<ErrorCode> IMPOSSIBLE =
            EnumSet.of(ErrorCode.VALIDATION_ERROR, ErrorCode.NOT_IMPLEMENTED, ErrorCode.TEMPLATE_NOT_FOUND);

    /** Told to the client as they are; everything else is a failed creation. */
    private static final Set<ErrorCode> TEMPORARY =
            EnumSet.of(ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.SERVICE_UNAVAILABLE);

    /** The same; nothing of the sandbox is broken, and it may be started when its volumes are to be had. */
    private static final Set<ErrorCode> OF_VOLUMES = EnumSet.of(ErrorCode.VOLUME_NOT_FOUND, ErrorCode.VOLUME_IN_USE);

    /** The longest time that the check of a volume may take before who wants it is told. */
    private static final Duration CHECKING = Duration.ofMinutes(10);

    private final Engine engine;
    private final Lifecycle lifecycle;
    private final Synchronizer synchronizer;
    private final SourceSnapshots snapshots;
    private final InstantSource clock;

    Provisioner(
            Engine engine,
            Lifecycle lifecycle,
            Synchronizer synchronizer,
            SourceSnapshots snapshots,
            InstantSource clock) {
        this.engine = engine;
        this.lifecycle = lifecycle;
        this.synchronizer = synchronizer;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /**
     * Starts the work, which goes on whether or not anybody waits for it.
     *
     * @param isAwaited whether somebody is told at once what comes of it
     */
    Background<Sandbox> begin(Sandbox sandbox, int graceMs, boolean isAwaited) {
        return Background.start("provision " + sandbox.id(), () -> provision(sandbox, graceMs, isAwaited));
    }

    /**
     * Does the work in this thread.
     *
     * @param graceMs for what runs inside, where something does
     */
    Sandbox provision(Sandbox sandbox, int graceMs) {
        return provision(sandbox, graceMs, false);
    }

    private Sandbox provision(Sandbox sandbox, int graceMs, boolean isAwaited) {
        try {
            return make(sandbox, graceMs, isAwaited);
        } finally {
            if (sandbox.pending() == null) {
                snapshots.release(sandbox);
            }
        }
    }

    private Sandbox make(Sandbox sandbox, int graceMs, boolean isAwaited) {
        SandboxStatus status;
        try {
            status = bringUpWithVolumes(sandbox, graceMs);
        } catch (ApiException refusal) {
            throw refused(sandbox, refusal, isAwaited);
        } catch (NotStopped running) {
            throw lifecycle.givingUp(sandbox, running.refusal);
        } catch (RuntimeException broken) {
            throw failed(sandbox, "The engine broke", true, broken);
        }
        if (status.state() != SandboxState.RUNNING) {
            var reason = status.errorReason();
            throw failed(sandbox, reason == null ? "It ended at its start" : reason, true, null);
        }
        var wall = new Wall(status.isolation(), status.enforced());
        var made = lifecycle
                .complete(sandbox, (seen, now) -> seen.running(wall, now))
                .filter(now -> !now.isBeingDeleted())
                .orElseThrow(() -> deletedMeanwhile(sandbox));
        synchronizer.agree(made, status);
        return made;
    }

    /** Each time the engine waits for the volume itself. */
    private SandboxStatus bringUpWithVolumes(Sandbox sandbox, int graceMs) {
        var until = clock.instant().plus(CHECKING);
        while (true) {
            try {
                return bringUp(sandbox, graceMs);
            } catch (ApiException e) {
                if (!BusyVolumes.isSaidBy(e.failure()) || clock.instant().isAfter(until)) {
                    throw e;
                }
            }
        }
    }

    private SandboxStatus bringUp(Sandbox sandbox, int graceMs) {
        var deadline = Synchronizer.deadline(sandbox.settings().expiryFrom(clock.instant()));
        var pending = sandbox.pending();
        if (pending == null) {
            return engine.sandboxes().create(spec(sandbox, deadline, snapshots.ready(sandbox)));
        }
        if (pending.action() == Action.RESTART) {
            stopFirst(sandbox, graceMs);
        }
        return engine.sandboxes().start(sandbox.id(), deadline);
    }

    /** One that could not be stopped now runs on; nothing of it is broken. */
    private void stopFirst(Sandbox sandbox, int graceMs) {
        try {
            engine.sandboxes().stop(sandbox.id(), new StopSandbox(graceMs, EndReason.REQUESTED));
        } catch (ApiException refusal) {
            throw TEMPORARY.contains(refusal.failure().code()) ? new NotStopped(refusal) : refusal;
        }
    }

    private static final class NotStopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final ApiException refusal;

        NotStopped(ApiException refusal) {
            super(refusal);
            this.refusal = refusal;
        }
    }

    static SandboxSpec spec(Sandbox sandbox, Deadline deadline, @Nullable SnapshotSource snapshot) {
        var settings = sandbox.settings();
        return new SandboxSpec(
                sandbox.id(),
                settings.template() == null ? "" : settings.template(),
                settings.env(),
                settings.workDir(),
                settings.user(),
                settings.shell(),
                settings.resources(),
                settings.network(),
                settings.requireEnforced(),
                settings.healthCheck(),
                deadline.at(),
                command(settings),
                settings.volumes(),
                snapshot);
    }

    /** No template has an entrypoint of its own, so arguments alone are for none. */
    private static @Nullable List<String> command(Settings settings) {
        var entrypoint = settings.entrypoint();
        if (entrypoint == null || entrypoint.isEmpty()) {
            return null;
        }
        var args = settings.args();
        return args == null
                ? entrypoint
                : Stream.concat(entrypoint.stream(), args.stream()).toList();
    }

    private RuntimeException refused(Sandbox sandbox, ApiException refusal, boolean isAwaited) {
        var failure = refusal.failure();
        var isNew = sandbox.pending() == null;
        var isImpossible = IMPOSSIBLE.contains(failure.code());
        if (isNew && isImpossible && isAwaited) {
            lifecycle.delete(sandbox, true, sandbox.settings().createdBy());
            return refusal;
        }
        var isLost = !isNew && failure.code() == ErrorCode.SANDBOX_NOT_FOUND;
        var reason = isLost ? "Its host does not have it any more" : failure.message();
        // Of one that cannot be made nothing is at the engine, and where nobody heard why, its record says it.
        var told = failed(sandbox, reason, !isLost && !(isNew && isImpossible), refusal);
        return isImpossible || TEMPORARY.contains(failure.code()) || OF_VOLUMES.contains(failure.code())
                ? refusal
                : told;
    }

    private ApiException failed(Sandbox sandbox, String reason, boolean recoverable, @Nullable RuntimeException cause) {
        lifecycle.complete(sandbox, (seen, now) -> seen.failed(ending(seen), new Breakdown(reason, recoverable), now));
        return new ApiException(
                new Failure.Refused(
                        ErrorCode.SANDBOX_CREATION_FAILED,
                        "The sandbox could not be " + (sandbox.pending() == null ? "made" : "started") + ": " + reason,
                        Map.of("sandboxId", sandbox.id())),
                cause);
    }

    /** One that ran when its restart was asked for has left the state running for that; any other keeps the reason it had. */
    private static @Nullable Ending ending(Sandbox seen) {
        return seen.state() == SandboxState.RUNNING
                ? Objects.requireNonNull(seen.pending(), "only a restart begins at a running one")
                        .why()
                : seen.ending();
    }

    /** The deletion may have passed before the engine was done; what it left is removed. */
    private RuntimeException deletedMeanwhile(Sandbox sandbox) {
        engine.sandboxes().delete(sandbox.id());
        return SandboxFailures.notFound(sandbox.id()).asException();
    }
}
