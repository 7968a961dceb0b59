package dev.elevo.functions.process;

import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Sandbox;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Runs commands in the caller's running sandboxes. */
@Singleton
class ProcessService {
    private final InsideSandbox sandboxes;
    private final Engine engine;
    private final Deployment deployment;

    ProcessService(InsideSandbox sandboxes, Engine engine, Deployment deployment) {
        this.sandboxes = sandboxes;
        this.engine = engine;
        this.deployment = deployment;
    }

    /** @param onceKey makes the agent start one process for a request that is repeated with its idempotency key */
    RunAnswer run(Principal caller, String idOrName, RunRequest request, @Nullable String onceKey) {
        var filled = RunRules.fill(request, deployment.maxWaitMs());
        return AnswerRoom.fit(inside(caller, idOrName, (sandbox, agent) -> agent.run(sandbox.id(), filled, onceKey)));
    }

    ProcessInfo get(Principal caller, String idOrName, int pid) {
        RunRules.checkPid(pid);
        return inside(caller, idOrName, (sandbox, agent) -> agent.get(sandbox.id(), pid));
    }

    RunAnswer result(Principal caller, String idOrName, int pid, int waitMs) {
        RunRules.checkPid(pid);
        return AnswerRoom.fit(inside(caller, idOrName, (sandbox, agent) -> agent.result(sandbox.id(), pid, waitMs)));
    }

    OutputPage output(Principal caller, String idOrName, int pid, OutputQuery query) {
        RunRules.checkPid(pid);
        return inside(
                caller,
                idOrName,
                (sandbox, agent) -> AnswerRoom.read(query, smaller -> agent.output(sandbox.id(), pid, smaller)));
    }

    private <T> T inside(Principal caller, String idOrName, BiFunction<Sandbox, ProcessAgent, T> work) {
        return sandboxes.run(caller, idOrName, sandbox -> work.apply(sandbox, engine.processes(sandbox.id())));
    }
}
