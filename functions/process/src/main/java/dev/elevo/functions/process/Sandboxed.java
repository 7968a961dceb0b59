package dev.elevo.functions.process;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.sandbox.SandboxFailures;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** The way from a caller to the agent of a running sandbox of his. */
@Singleton
class Sandboxed {
    private final SandboxAccess access;
    private final Engine engine;

    Sandboxed(SandboxAccess access, Engine engine) {
        this.access = access;
        this.engine = engine;
    }

    <T> T inside(Principal caller, String idOrName, BiFunction<Sandbox, ProcessAgent, T> work) {
        var sandbox = access.enter(caller.organizationId(), idOrName);
        try {
            return work.apply(sandbox, engine.processes(sandbox.id()));
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_FOUND) {
                // It is recorded as running, its host has lost it, and the sweeper has not been there yet.
                throw notRunning(sandbox).causedBy(e);
            }
            throw e;
        }
    }

    private static Failure notRunning(Sandbox sandbox) {
        return SandboxFailures.refused(ErrorCode.SANDBOX_NOT_RUNNING, sandbox, Action.USE);
    }
}
