package dev.elevo.functions.lsp;

import dev.elevo.contract.agent.LspAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** The way to the language servers of the caller's running sandboxes. */
@Singleton
class LspService {
    private final SandboxAccess access;
    private final Engine engine;

    LspService(SandboxAccess access, Engine engine) {
        this.access = access;
        this.engine = engine;
    }

    /** Does the work on the running sandbox, or 2001 or 2003. */
    <T> T inside(Principal caller, String idOrName, BiFunction<String, LspAgent, T> work) {
        return access.inside(caller.organizationId(), idOrName, id -> work.apply(id, engine.languageServers(id)));
    }
}
