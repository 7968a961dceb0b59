package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Breakdown;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives one sandbox what is due: finishes what died half-way, ends what has to end, and every end its reason. */
@Singleton
class Sweeper {
    private static final Set<SandboxState> ACTIVE = EnumSet.of(SandboxState.RUNNING, SandboxState.PAUSED);

    private final SandboxStore store;
    private final Lifecycle lifecycle;
    private final Provisioner provisioner;
    private final Synchronizer synchronizer;
    private final Engine engine;
    private final Standings standings;
    private final InstantSource clock;
    private final Duration abandoned;

    Sweeper(
            SandboxStore store,
            Lifecycle lifecycle,
            Provisioner provisioner,
            Synchronizer synchronizer,
            Engine engine,
            Standings standings,
            InstantSource clock,
            @Nullable @Value("${elevo.abandoned.ms}") Integer abandonedMs) {
        this.store = store;
        this.lifecycle = lifecycle;
        this.provisioner = provisioner;
        this.synchronizer = synchronizer;
        this.engine = engine;
        this.standings = standings;
        this.clock = clock;
        this.abandoned = Abandoned.after(abandonedMs);
    }

    /** @param status what the engine said some time ago; null when it did not have it */
    void sweep(Sandbox sandbox, @Nullable SandboxStatus status) {
        var pending = sandbox.pending();
        if (pending != null) {
            if (abandonedSince(pending.due())) {
                finish(sandbox, pending);
            }
            return;
        }
        switch (sandbox.state()) {
            case CREATING -> create(sandbox);
            case RUNNING, PAUSED -> watch(sandbox, status);
            case STOPPED -> rest(sandbox, status, EndReason.REQUESTED);
            case FAILED -> rest(sandbox, status, EndReason.FAILED);
            case DELETED -> {}
        }
    }

    private void finish(Sandbox sandbox, Pending begun) {
        switch (begun.action()) {
            // Without the others, and without anybody who knows of them, a fork is none.
            case FORCE_DELETE, FORK -> lifecycle.finishDeletion(sandbox, begun);
            case STOP -> lifecycle.stop(sandbox, 0);
            case START, RESTART -> provisioner.provision(sandbox, 0);
            default -> throw new IllegalStateException(sandbox.id() + " is marked with " + begun.action());
        }
    }

    private void create(Sandbox sandbox) {
        if (abandonedSince(sandbox.times().createdAt())) {
            provisioner.provision(sandbox, 0);
        }
    }

    private void watch(Sandbox sandbox, @Nullable SandboxStatus listed) {
        // What the engine said is older than the record: where they disagree it is asked again.
        var status = listed != null && listed.state() == sandbox.state() ? listed : fresh(sandbox);
        if (status == null) {
            lifecycle.lost(sandbox);
            return;
        }
        switch (status.state()) {
            case FAILED -> lifecycle.broken(sandbox, new Breakdown(reason(status), true));
            case STOPPED -> lifecycle.end(sandbox, Action.RUNTIME_ENDS, endReason(status));
            default -> {
                if (status.state() == sandbox.state()) {
                    synchronizer.agree(sandbox, status);
                    endWhatIsDue(sandbox, status.lastUsedAt());
                } else {
                    lifecycle.follow(sandbox, status.state());
                }
            }
        }
    }

    private @Nullable SandboxStatus fresh(Sandbox sandbox) {
        try {
            return engine.sandboxes().get(sandbox.id());
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** @param used by a way that leads past all functions */
    private void endWhatIsDue(Sandbox sandbox, @Nullable Instant used) {
        var standing = standings.of(sandbox.organizationId());
        if (!standing.admits(sandbox.settings().createdBy())) {
            var whose = standing.disabled() ? "Its organization" : "Its maker";
            lifecycle.end(sandbox, Action.RUNTIME_ENDS, Ending.ofDisabled(whose));
        } else if (sandbox.expired(clock.instant())) {
            lifecycle.expire(sandbox);
        } else if (used != null && isBefore(sandbox.times().lastActivityAt(), used)) {
            // Whether that is long ago too is seen the next time.
            store.touch(sandbox, used);
        } else if (isDue(sandbox.times().lastActivityAt(), sandbox.settings().autoStopMinutes())) {
            lifecycle.end(sandbox, Action.NOBODY_USES_IT, EndReason.IDLE);
        }
    }

    private void rest(Sandbox sandbox, @Nullable SandboxStatus status, EndReason why) {
        var autoDelete =
                sandbox.state() == SandboxState.STOPPED ? sandbox.settings().autoDeleteMinutes() : 0;
        if (isDue(sandbox.times().stoppedAt(), autoDelete)) {
            lifecycle.end(sandbox, Action.DELETION_DUE, why);
        } else if (status != null && ACTIVE.contains(status.state())) {
            // It came to life after it had been given up: nobody may use it, so it must not run.
            engine.sandboxes().stop(sandbox.id(), new StopSandbox(0, why));
        }
    }

    private static boolean isBefore(@Nullable Instant noted, Instant used) {
        // Noted in milliseconds: what was noted must not look new again.
        return noted == null || noted.isBefore(used.truncatedTo(ChronoUnit.MILLIS));
    }

    private boolean abandonedSince(Instant begun) {
        return !clock.instant().isBefore(begun.plus(abandoned));
    }

    /** Zero minutes means never. */
    private boolean isDue(@Nullable Instant since, int minutes) {
        return minutes > 0 && since != null && !clock.instant().isBefore(since.plus(Duration.ofMinutes(minutes)));
    }

    private static String reason(SandboxStatus status) {
        return status.errorReason() == null ? "Its runtime died" : status.errorReason();
    }

    /** The agent ends a sandbox by itself at its deadline or with its host, and says which. */
    private static EndReason endReason(SandboxStatus status) {
        return status.endReason() == null ? EndReason.EVICTED : status.endReason();
    }
}
