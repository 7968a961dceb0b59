package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the engine was told of a sandbox at what its record says. Two who change it at once may tell the engine in the
 * wrong order; so everybody looks again at the record after he told it, and the last one to tell has told what stands there.
 */
@Singleton
class Synchronizer {
    private final SandboxStore store;
    private final Engine engine;

    Synchronizer(SandboxStore store, Engine engine) {
        this.store = store;
        this.engine = engine;
    }

    /** Of a record, what the engine has to know too. */
    private record Told(
            NetworkConfig network,
            boolean running,
            @Nullable Instant deadline) {
        static Told of(Sandbox sandbox) {
            return new Told(
                    sandbox.settings().network(),
                    sandbox.state() == SandboxState.RUNNING,
                    sandbox.times().expiresAt());
        }
    }

    /**
     * Whether the engine would do it; where the sandbox is there it does it at once.
     *
     * @throws ApiException with 9007 for what it does not offer
     */
    void tryNetwork(Sandbox sandbox, NetworkConfig network) {
        if (isAtTheEngine(sandbox)) {
            unlessLost(() -> engine.setNetwork(sandbox.id(), network));
        }
    }

    /** After its record was changed. */
    void tell(Sandbox changed) {
        var current = changed;
        while (isAtTheEngine(current)) {
            var telling = current;
            var told = Told.of(telling);
            unlessLost(() -> engine.setNetwork(telling.id(), told.network()));
            if (told.running()) {
                unlessLost(() -> engine.setDeadline(telling.id(), new Deadline(told.deadline())));
            }
            var now = store.find(changed.organizationId(), changed.id());
            if (now.isEmpty() || Told.of(now.get()).equals(told)) {
                return;
            }
            current = now.get();
        }
    }

    /** What was changed while the engine made it, which it could not be told then. */
    void catchUp(Sandbox asOrdered, Sandbox made) {
        var ordered = asOrdered.settings();
        var present = made.settings();
        if (!Objects.equals(ordered.network(), present.network()) || ordered.timeoutMs() != present.timeoutMs()) {
            tell(made);
        }
    }

    private static boolean isAtTheEngine(Sandbox sandbox) {
        return sandbox.state() != SandboxState.DELETED
                && (sandbox.state() != SandboxState.CREATING || sandbox.pending() != null);
    }

    /** What its host does not have needs no telling; the sweeper says what became of it. */
    private static void unlessLost(Runnable telling) {
        try {
            telling.run();
        } catch (ApiException e) {
            if (e.failure().code() != ErrorCode.SANDBOX_NOT_FOUND) {
                throw e;
            }
        }
    }
}
