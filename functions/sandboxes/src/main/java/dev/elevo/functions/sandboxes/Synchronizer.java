package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the engine was told of a sandbox at what its record says. Two who change it at once may tell the engine in the
 * wrong order; so everybody looks again at the record after he told it, and the last one to tell has told what stands there.
 */
@Singleton
class Synchronizer {
    /** As long as a creation may take that needs no second word on its time. */
    private static final Duration LEEWAY = Duration.ofSeconds(1);

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
            @Nullable Instant expiresAt) {
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
            unlessLost(() -> engine.sandboxes().setNetwork(sandbox.id(), network));
        }
    }

    /** After its record was changed. */
    void tell(Sandbox changed) {
        var current = changed;
        while (isAtTheEngine(current)) {
            var telling = current;
            var told = Told.of(telling);
            unlessLost(() -> engine.sandboxes().setNetwork(telling.id(), told.network()));
            if (told.running()) {
                unlessLost(() -> engine.sandboxes().setDeadline(telling.id(), deadline(told.expiresAt())));
            }
            var now = store.find(changed.organizationId(), changed.id());
            if (now.isEmpty() || Told.of(now.get()).equals(told)) {
                return;
            }
            current = now.get();
        }
    }

    /**
     * Tells the engine what it does not know, though somebody should have told it: he died first, or it was made by an earlier try,
     * or changed while it was being made.
     */
    void agree(Sandbox recorded, SandboxStatus status) {
        if (!agrees(recorded, status)) {
            store.find(recorded.organizationId(), recorded.id()).ifPresent(this::tell);
        }
    }

    private static boolean agrees(Sandbox recorded, SandboxStatus status) {
        return recorded.settings().network().equals(status.network())
                && (recorded.state() != SandboxState.RUNNING
                        || isAt(recorded.times().expiresAt(), status.deadline()));
    }

    private static boolean isAt(@Nullable Instant expiry, @Nullable Instant deadline) {
        if (expiry == null || deadline == null) {
            return Objects.equals(expiry, deadline);
        }
        return !deadline.isBefore(expiry) && !deadline.isAfter(expiry.plus(LEEWAY.multipliedBy(2)));
    }

    /** Never before its time is up: that ends it here, and the engine only where nobody is left to do it. */
    static Deadline deadline(@Nullable Instant expiry) {
        return expiry == null ? Deadline.NEVER : new Deadline(expiry.plus(LEEWAY));
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
