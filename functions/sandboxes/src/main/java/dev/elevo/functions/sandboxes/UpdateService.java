package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxUpdate;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFailures;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Changes what a sandbox is called and how it shall live. */
@Singleton
class UpdateService {
    private final SandboxService sandboxes;
    private final SandboxStore store;
    private final Lifecycle lifecycle;
    private final Synchronizer synchronizer;
    private final Engine engine;
    private final InstantSource clock;

    UpdateService(
            SandboxService sandboxes,
            SandboxStore store,
            Lifecycle lifecycle,
            Synchronizer synchronizer,
            Engine engine,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.store = store;
        this.lifecycle = lifecycle;
        this.synchronizer = synchronizer;
        this.engine = engine;
        this.clock = clock;
    }

    Sandbox update(Principal caller, String idOrName, SandboxUpdate wanted) {
        SandboxRules.check(wanted);
        var found = sandboxes.get(caller, idOrName);
        Blueprint.refuseWhatIsNotOffered(wanted, engine.offer());
        refuseTakenName(found, wanted.name());
        var change = new SettingsChange(wanted, offered(wanted.network()));
        SandboxRules.checkRoom(change.apply(found, clock.instant()).settings());
        if (change.network() != null) {
            synchronizer.tryNetwork(found, change.network());
        }
        var changed = record(found, change);
        if (change.network() != null || wanted.timeoutMs() != null) {
            synchronizer.tell(changed);
        }
        return changed;
    }

    private Sandbox record(Sandbox found, SettingsChange change) {
        try {
            return lifecycle.change(found, Action.DESCRIBE, change);
        } catch (RuntimeException refusal) {
            // What is not recorded must not hold at the engine either.
            store.find(found.organizationId(), found.id()).ifPresent(synchronizer::tell);
            throw refusal;
        }
    }

    /** Early, so that nothing is tried for a request that is refused anyway. */
    private void refuseTakenName(Sandbox sandbox, @Nullable String name) {
        if (name != null
                && !name.equals(sandbox.name())
                && store.find(sandbox.organizationId(), name).isPresent()) {
            throw SandboxFailures.nameTaken(name).asException();
        }
    }

    private @Nullable NetworkConfig offered(@Nullable NetworkConfig network) {
        return network == null || engine.offer().internet() ? network : network.withoutInternet();
    }
}
