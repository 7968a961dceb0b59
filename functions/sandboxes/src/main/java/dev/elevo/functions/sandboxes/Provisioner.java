package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Breakdown;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Wall;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the engine make a sandbox that is recorded as creating. Every step may be repeated, so whoever finds one half-made – the
 * repeated request, the sweeper – finishes it the same way.
 */
@Singleton
class Provisioner {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    /** The engine refuses the wish itself; there is nothing that could be started later. */
    private static final Set<ErrorCode> IMPOSSIBLE =
            EnumSet.of(ErrorCode.VALIDATION_ERROR, ErrorCode.NOT_IMPLEMENTED, ErrorCode.TEMPLATE_NOT_FOUND);

    /** Told to the client as they are; everything else is a failed creation. */
    private static final Set<ErrorCode> TEMPORARY =
            EnumSet.of(ErrorCode.RESOURCE_EXHAUSTED, ErrorCode.SERVICE_UNAVAILABLE);

    private final Engine engine;
    private final SandboxStore store;
    private final Lifecycle lifecycle;
    private final InstantSource clock;

    Provisioner(Engine engine, SandboxStore store, Lifecycle lifecycle, InstantSource clock) {
        this.engine = engine;
        this.store = store;
        this.lifecycle = lifecycle;
        this.clock = clock;
    }

    /** Starts the work and does not wait; where the process is frozen meanwhile, the sweeper finishes it. */
    Sandbox begin(Sandbox sandbox) {
        run(work(sandbox));
        return sandbox;
    }

    /** Waits for the work; after the given time it goes on by itself and the sandbox is shown as it is then. */
    Sandbox provision(Sandbox sandbox, Duration patience) {
        var work = work(sandbox);
        run(work);
        try {
            return work.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillWorking) {
            return store.find(sandbox.organizationId(), sandbox.id())
                    .orElseThrow(() -> SandboxFailures.notFound(sandbox.id()).asException());
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ApiException refusal -> throw refusal;
                case RuntimeException broken -> throw broken;
                case Error broken -> throw broken;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a sandbox was made", e);
        }
    }

    /** Does the work in this thread. */
    Sandbox provision(Sandbox sandbox) {
        SandboxStatus status;
        try {
            status = engine.create(spec(sandbox));
        } catch (ApiException refusal) {
            throw refused(sandbox, refusal);
        } catch (RuntimeException broken) {
            throw failed(sandbox, "The engine broke", broken);
        }
        if (status.state() != SandboxState.RUNNING) {
            var reason = status.errorReason();
            throw failed(sandbox, reason == null ? "It ended at its start" : reason, null);
        }
        var wall = new Wall(status.isolation(), status.enforced());
        return lifecycle
                .advance(sandbox, Action.PROVISIONED, (seen, now) -> seen.running(wall, now))
                .filter(made -> !made.isBeingDeleted())
                .orElseThrow(() -> deletedMeanwhile(sandbox));
    }

    private FutureTask<Sandbox> work(Sandbox sandbox) {
        return new FutureTask<>(() -> provision(sandbox)) {
            @Override
            protected void setException(Throwable t) {
                if (t instanceof ApiException refusal
                        && IMPOSSIBLE.contains(refusal.failure().code())) {
                    LOG.info(
                            "{} is not made: {}",
                            sandbox.id(),
                            refusal.failure().message());
                } else {
                    // Who waits is told; who does not wait finds the reason in the sandbox, and the operator here.
                    LOG.warn("Provisioning {} failed", sandbox.id(), t);
                }
                super.setException(t);
            }
        };
    }

    private static void run(FutureTask<Sandbox> work) {
        Thread.ofVirtual().name("provision").start(work);
    }

    private SandboxSpec spec(Sandbox sandbox) {
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
                deadline(settings.timeoutMs()));
    }

    private @Nullable Instant deadline(int timeoutMs) {
        return timeoutMs == 0 ? null : clock.instant().plusMillis(timeoutMs);
    }

    private RuntimeException refused(Sandbox sandbox, ApiException refusal) {
        var failure = refusal.failure();
        if (IMPOSSIBLE.contains(failure.code())) {
            lifecycle.delete(sandbox, true, sandbox.settings().createdBy());
            return refusal;
        }
        var told = failed(sandbox, failure.message(), refusal);
        return TEMPORARY.contains(failure.code()) ? refusal : told;
    }

    private ApiException failed(Sandbox sandbox, String reason, @Nullable RuntimeException cause) {
        lifecycle.advance(
                sandbox,
                Action.PROVISIONING_FAILED,
                (seen, now) -> seen.failed(null, new Breakdown(reason, true), now));
        return new ApiException(
                new Failure.Refused(
                        ErrorCode.SANDBOX_CREATION_FAILED,
                        "The sandbox could not be made: " + reason,
                        Map.of("sandboxId", sandbox.id())),
                cause);
    }

    /** The deletion may have passed before the engine was done; what it left is removed. */
    private RuntimeException deletedMeanwhile(Sandbox sandbox) {
        engine.delete(sandbox.id());
        return SandboxFailures.notFound(sandbox.id()).asException();
    }
}
