package dev.elevo.platform.sandbox;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.audit.AuditedResource;
import dev.elevo.platform.dynamo.Briefly;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door to what happens inside a sandbox: it has to be there, ours, and running; and whoever passes has used it. */
@Singleton
public final class SandboxAccess {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxAccess.class);

    /** Activity is noted this often at most: a write per call would double the cost of a short one. */
    static final Duration TOUCH_INTERVAL = Duration.ofSeconds(15);

    /** How old what is known of a running sandbox may be: whether it still runs its host knows better than its record. */
    static final Duration RECENTLY = Duration.ofSeconds(3);

    private final SandboxStore store;
    private final InstantSource clock;
    private final Briefly<Times> recent;

    SandboxAccess(SandboxStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.recent = new Briefly<>(RECENTLY, clock);
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
        if (sandbox.times().activityIsOld(now, TOUCH_INTERVAL)) {
            store.touch(sandbox, now);
            return sandbox.used(now);
        }
        return sandbox;
    }

    /**
     * Does the work at the host of the running sandbox, or 2001 or 2003. The host refuses what does not run; so the record is not
     * read for each of many calls, but for each that fails: it knows why.
     */
    public <T> T inside(String organizationId, String idOrName, Function<String, T> work) {
        var key = idOrName + "/" + organizationId;
        if (!isKnown(key)) {
            var sandbox = enterAndRemember(key, organizationId, idOrName);
            return atItsHost(sandbox, () -> work.apply(sandbox.id()));
        }
        AuditedResource.is(idOrName);
        try {
            return work.apply(idOrName);
        } catch (RuntimeException failure) {
            recent.forget(key);
            if (endedWithIt(failure)) {
                throw failure;
            }
            LOG.debug("the record of {} may say it better", idOrName, failure);
            var sandbox = enterAndRemember(key, organizationId, idOrName);
            return atItsHost(sandbox, () -> {
                throw failure;
            });
        }
    }

    /** Who was let in and waited until the sandbox ended: that it does not run any more is not why. */
    private static boolean endedWithIt(RuntimeException failure) {
        return failure instanceof ApiException e && e.failure().code() == ErrorCode.PROCESS_KILLED;
    }

    private boolean isKnown(String key) {
        var times = recent.find(key);
        var now = clock.instant();
        return times != null && !times.expired(now) && !times.activityIsOld(now, TOUCH_INTERVAL);
    }

    /** By its id: a name may be another one's by now, also one that looks like an id. */
    private Sandbox enterAndRemember(String key, String organizationId, String idOrName) {
        var asked = clock.instant();
        var sandbox = enter(organizationId, idOrName);
        if (sandbox.id().equals(idOrName)) {
            recent.put(key, sandbox.times(), asked);
        }
        return sandbox;
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
