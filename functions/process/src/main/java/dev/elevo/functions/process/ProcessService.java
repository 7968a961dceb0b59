package dev.elevo.functions.process;

import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.AgentRoutes;
import dev.elevo.platform.identity.Principal;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs commands in the caller's running sandboxes. */
@Singleton
class ProcessService {
    private final Sandboxed sandboxes;
    private final AgentRoutes routes;
    private final Deployment deployment;

    ProcessService(Sandboxed sandboxes, AgentRoutes routes, Deployment deployment) {
        this.sandboxes = sandboxes;
        this.routes = routes;
        this.deployment = deployment;
    }

    /** @param onceKey makes the agent start one process for a request that is repeated with its idempotency key */
    RunAnswer run(Principal caller, String idOrName, RunRequest request, @Nullable String onceKey) {
        var filled = RunRules.fill(request, deployment.maxWaitMs());
        return FittingOutput.of(
                sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.run(sandboxId, filled, onceKey)));
    }

    /** Where the command runs, once, for whoever comes within a minute. */
    String stream(Principal caller, String idOrName, RunRequest request) {
        var filled = RunRules.fill(request, deployment.maxWaitMs());
        return sandboxes.inside(
                caller, idOrName, (sandboxId, agent) -> routes.to(sandboxId, agent.streamTicket(sandboxId, filled)));
    }

    RunAnswer runCode(Principal caller, String idOrName, CodeRunRequest request, @Nullable String onceKey) {
        var filled = RunRules.fill(request, deployment.maxWaitMs());
        return FittingOutput.of(
                sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.runCode(sandboxId, filled, onceKey)));
    }

    Spawned spawn(Principal caller, String idOrName, SpawnRequest request, @Nullable String onceKey) {
        RunRules.check(request);
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.spawn(sandboxId, request, onceKey));
    }

    List<ProcessInfo> list(Principal caller, String idOrName, ProcessQuery query) {
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.list(sandboxId, query));
    }

    ProcessInfo get(Principal caller, String idOrName, int pid) {
        RunRules.checkPid(pid);
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.get(sandboxId, pid));
    }

    Killed kill(Principal caller, String idOrName, int pid, Kill how, @Nullable String onceKey) {
        RunRules.checkPid(pid);
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.kill(sandboxId, pid, how, onceKey));
    }

    Written write(Principal caller, String idOrName, int pid, WriteRequest request, @Nullable String onceKey) {
        RunRules.checkPid(pid);
        RunRules.check(request);
        return sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.write(sandboxId, pid, request, onceKey));
    }

    RunAnswer result(Principal caller, String idOrName, int pid, int waitMs) {
        RunRules.checkPid(pid);
        return FittingOutput.of(
                sandboxes.inside(caller, idOrName, (sandboxId, agent) -> agent.result(sandboxId, pid, waitMs)));
    }

    OutputPage output(Principal caller, String idOrName, int pid, OutputQuery query) {
        RunRules.checkPid(pid);
        return sandboxes.inside(
                caller,
                idOrName,
                (sandboxId, agent) -> FittingOutput.read(query, smaller -> agent.output(sandboxId, pid, smaller)));
    }
}
