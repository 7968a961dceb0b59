package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.RestartRequest;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.StartRequest;
import dev.elevo.contract.sandbox.StopRequest;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Background;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import jakarta.inject.Singleton;
import java.time.Duration;

/** What a client asks of a sandbox's life: it waits as long as it wants to and may, and the work goes on. */
@Singleton
class LifecycleService {
    private final SandboxService sandboxes;
    private final Lifecycle lifecycle;
    private final Provisioner provisioner;
    private final Deployment deployment;

    LifecycleService(SandboxService sandboxes, Lifecycle lifecycle, Provisioner provisioner, Deployment deployment) {
        this.sandboxes = sandboxes;
        this.lifecycle = lifecycle;
        this.provisioner = provisioner;
        this.deployment = deployment;
    }

    /** Still creating where nobody wants to wait, or nobody may wait that long. */
    Sandbox start(Principal caller, String idOrName, StartRequest how) {
        var why = requestedBy(caller);
        var starting = lifecycle.change(
                sandboxes.get(caller, idOrName),
                Action.START,
                (seen, now) -> seen.starting(new Pending(Action.START, why, now)));
        var work = provisioner.begin(starting, 0, true);
        if (!how.waits()) {
            return starting;
        }
        var patience = Duration.ofMillis(how.patienceMs());
        return work.await(shorter(patience)).orElseGet(() -> {
            if (patience.compareTo(deployment.maxWait()) <= 0) {
                throw SandboxFailures.late(starting, Action.START).asException();
            }
            return sandboxes.get(caller, starting.id());
        });
    }

    Sandbox stop(Principal caller, String idOrName, StopRequest how) {
        var found = sandboxes.get(caller, idOrName);
        var marked = lifecycle.begin(found, Action.STOP, requestedBy(caller), how.graceMs());
        return Background.start("stop " + marked.id(), () -> lifecycle.stop(marked, how.graceMs()))
                .await(deployment.maxWait())
                .orElseThrow(() -> SandboxFailures.late(marked, Action.STOP).asException())
                .orElseThrow(() -> SandboxFailures.notFound(marked.id()).asException());
    }

    Sandbox pause(Principal caller, String idOrName) {
        var found = sandboxes.get(caller, idOrName);
        return lifecycle.pause(found, Action.PAUSE, requestedBy(caller));
    }

    Sandbox resume(Principal caller, String idOrName) {
        return lifecycle.resume(sandboxes.get(caller, idOrName));
    }

    Sandbox restart(Principal caller, String idOrName, RestartRequest how) {
        var found = sandboxes.get(caller, idOrName);
        var marked = lifecycle.begin(found, Action.RESTART, requestedBy(caller), how.graceMs());
        return provisioner
                .begin(marked, how.graceMs(), true)
                .await(shorter(Duration.ofMillis(how.patienceMs())))
                .orElseThrow(() -> SandboxFailures.late(marked, Action.RESTART).asException());
    }

    /** Somebody uses it, and says so where nothing else does. */
    void noteActivity(Principal caller, String idOrName) {
        var sandbox = sandboxes.get(caller, idOrName);
        if (sandbox.state() != SandboxState.RUNNING) {
            throw SandboxFailures.refused(ErrorCode.SANDBOX_NOT_RUNNING, sandbox, Action.USE)
                    .asException();
        }
        sandboxes.touch(sandbox);
    }

    private Duration shorter(Duration patience) {
        return patience.compareTo(deployment.maxWait()) < 0 ? patience : deployment.maxWait();
    }

    private static Ending requestedBy(Principal caller) {
        return new Ending(EndReason.REQUESTED, Names.of(caller));
    }
}
