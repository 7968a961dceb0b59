package dev.elevo.functions.files;

import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

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
    <T> T inside(Principal caller, String idOrName, BiFunction<String, FileAgent, T> work) {
        return access.inside(caller.organizationId(), idOrName, id -> work.apply(id, engine.files(id)));
    }

    /** The same for what no host may be asked about: its record decides, as it is now. */
    <T> T addressing(Principal caller, String idOrName, BiFunction<String, FileAgent, T> work) {
        var sandbox = access.enter(caller.organizationId(), idOrName);
        return SandboxAccess.atItsHost(sandbox, () -> work.apply(sandbox.id(), engine.files(sandbox.id())));
    }

    /** The same for searches. */
    <T> T searching(Principal caller, String idOrName, BiFunction<String, SearchAgent, T> work) {
        return access.inside(caller.organizationId(), idOrName, id -> work.apply(id, engine.search(id)));
    }
}
