package dev.elevo.functions.process;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.sandbox.SandboxFailures;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** The way into the caller's running sandboxes. */
@Singleton
class InsideSandbox {
    private final SandboxAccess access;

    InsideSandbox(SandboxAccess access) {
        this.access = access;
    }

    <T> T run(Principal caller, String idOrName, Function<Sandbox, T> work) {
        var sandbox = access.enter(caller.organizationId(), idOrName);
        try {
            return work.apply(sandbox);
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
