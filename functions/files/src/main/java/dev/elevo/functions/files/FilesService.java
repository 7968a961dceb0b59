package dev.elevo.functions.files;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.sandbox.SandboxFailures;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The way to the files of the caller's running sandboxes. */
@Singleton
class FilesService {
    private final SandboxAccess access;
    private final Engine engine;

    FilesService(SandboxAccess access, Engine engine) {
        this.access = access;
        this.engine = engine;
    }

    /** Does the work on the running sandbox, or 2001 or 2003. */
    <T> T inside(Principal caller, String idOrName, BiFunction<Sandbox, FileAgent, T> work) {
        return enter(caller, idOrName, sandbox -> work.apply(sandbox, engine.files(sandbox.id())));
    }

    /** The same for searches. */
    <T> T searching(Principal caller, String idOrName, BiFunction<Sandbox, SearchAgent, T> work) {
        return enter(caller, idOrName, sandbox -> work.apply(sandbox, engine.search(sandbox.id())));
    }

    private <T> T enter(Principal caller, String idOrName, Function<Sandbox, T> work) {
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
