package dev.elevo.functions.process;

import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Sandbox;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** The way from a caller to the processes of a running sandbox of his. */
@Singleton
class Sandboxed {
    private final InsideSandbox sandboxes;
    private final Engine engine;

    Sandboxed(InsideSandbox sandboxes, Engine engine) {
        this.sandboxes = sandboxes;
        this.engine = engine;
    }

    <T> T inside(Principal caller, String idOrName, BiFunction<Sandbox, ProcessAgent, T> work) {
        return sandboxes.run(caller, idOrName, sandbox -> work.apply(sandbox, engine.processes(sandbox.id())));
    }
}
