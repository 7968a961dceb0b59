package dev.elevo.functions.process;

import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** The way from a caller to the processes of a running sandbox of his. */
@Singleton
class Sandboxed {
    private final SandboxAccess access;
    private final Engine engine;

    Sandboxed(SandboxAccess access, Engine engine) {
        this.access = access;
        this.engine = engine;
    }

    <T> T inside(Principal caller, String idOrName, BiFunction<String, ProcessAgent, T> work) {
        return access.inside(caller.organizationId(), idOrName, id -> work.apply(id, engine.processes(id)));
    }
}
