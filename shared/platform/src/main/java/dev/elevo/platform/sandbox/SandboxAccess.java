package dev.elevo.platform.sandbox;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.platform.audit.AuditedResource;
import dev.elevo.platform.dynamo.Briefly;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** The door to what happens inside a sandbox: it has to be there, ours, and running; and whoever passes has used it. */
@Singleton
public final class SandboxAccess {
    /** Activity is noted this often at most: a write per call would double the cost of a short one. */
    static final Duration TOUCH_INTERVAL = Duration.ofSeconds(15);

    /** How old what is known of a running sandbox may be: whether it still runs its host knows better than its record. */
    static final Duration RECENTLY = Duration.ofSeconds(3);

    private static final Set<ErrorCode> OF_THE_HOST =
            EnumSet.of(ErrorCode.SANDBOX_NOT_RUNNING, ErrorCode.SERVICE_UNAVAILABLE);

    private final SandboxStore store;
    private final InstantSource clock;
    private final Briefly<Sandbox> recent;

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
        if (sandbox.activityIsOld(now, TOUCH_INTERVAL)) {
            store.touch(sandbox, now);
            return sandbox.used(now);
        }
        return sandbox;
    }

    /**
     * Does the work at the host of the running sandbox, or 2001 or 2003. The host refuses what does not run; so the record is not
     * read for each of many calls, but for each refusal: it knows why.
     */
    public <T> T inside(String organizationId, String idOrName, Function<Sandbox, T> work) {
        var sandbox = known(organizationId, idOrName);
        AuditedResource.is(sandbox.id());
        try {
            return atItsHost(sandbox, () -> work.apply(sandbox));
        } catch (ApiException e) {
            if (OF_THE_HOST.contains(e.failure().code())) {
                recent.forget(name(organizationId, sandbox.id()));
                enter(organizationId, sandbox.id());
            }
            throw e;
        }
    }

    /** A name may be another one's by now; an id is for ever. */
    private Sandbox known(String organizationId, String idOrName) {
        if (!Ids.SANDBOX.matches(idOrName)) {
            return enter(organizationId, idOrName);
        }
        var name = name(organizationId, idOrName);
        var known = recent.get(name, id -> enter(organizationId, idOrName));
        var now = clock.instant();
        // What looks like an id may be a name, too.
        if (known.id().equals(idOrName) && !known.expired(now) && !known.activityIsOld(now, TOUCH_INTERVAL)) {
            return known;
        }
        recent.forget(name);
        return enter(organizationId, idOrName);
    }

    private static String name(String organizationId, String id) {
        return id + "/" + organizationId;
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
