package dev.elevo.platform.sandbox;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.audit.AuditedResource;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;

/** The door to what happens inside a sandbox: it has to be there, ours, and running; and whoever passes has used it. */
@Singleton
public final class SandboxAccess {
    /** Activity is noted this often at most: a write per call would double the cost of a short one. */
    static final Duration TOUCH_INTERVAL = Duration.ofSeconds(15);

    private final SandboxStore store;
    private final InstantSource clock;

    SandboxAccess(SandboxStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The running sandbox, or 2001 or 2003. */
    public Sandbox enter(String organizationId, String idOrName) {
        var sandbox = store.find(organizationId, idOrName)
                .orElseThrow(() -> SandboxFailures.notFound(idOrName).asException());
        AuditedResource.is(sandbox.id());
        if (StateMachine.judge(sandbox, Action.USE) instanceof StateMachine.Refused(ErrorCode code)) {
            throw SandboxFailures.refused(code, sandbox, Action.USE).asException();
        }
        var now = clock.instant();
        if (sandbox.expired(now)) {
            throw SandboxFailures.refused(ErrorCode.SANDBOX_NOT_RUNNING, sandbox, Action.USE)
                    .asException();
        }
        if (sandbox.activityIsOld(now, TOUCH_INTERVAL)) {
            store.touch(sandbox, now);
        }
        return sandbox;
    }

    /** Does the work at the host of the running sandbox, or 2001 or 2003. */
    public <T> T inside(String organizationId, String idOrName, Function<Sandbox, T> work) {
        var sandbox = enter(organizationId, idOrName);
        return atItsHost(sandbox, () -> work.apply(sandbox));
    }

    /** For what has been let in already. */
    public static <T> T atItsHost(Sandbox sandbox, Supplier<T> work) {
        try {
            return work.get();
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                // It is recorded as running, its host has lost it, and the sweeper has not been there yet.
                throw SandboxFailures.refused(ErrorCode.SANDBOX_NOT_RUNNING, sandbox, Action.USE)
                        .causedBy(e);
            }
            throw e;
        }
    }
}
