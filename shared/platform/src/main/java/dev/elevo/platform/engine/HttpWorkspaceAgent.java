package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.WorkspaceAgent;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** The agent's way for all files of a sandbox, over HTTP. */
@Singleton
@Secondary
final class HttpWorkspaceAgent implements WorkspaceAgent {
    /** For the largest disk there is, at a quarter of the speed that was measured. */
    static final Duration TRANSFER = Duration.ofMinutes(14);

    private final AgentConnection agent;

    HttpWorkspaceAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public SavedWorkspace save(String sandboxId, SaveWorkspace to) {
        return agent.send(call(sandboxId, "/save"), to, Argument.of(SavedWorkspace.class));
    }

    @Override
    public void restore(String sandboxId, RestoreWorkspace from) {
        agent.send(call(sandboxId, "/restore"), from, Map.of());
    }

    private static Call call(String sandboxId, String name) {
        var path = AgentPaths.WORKSPACE.replace("{sandboxId}", sandboxId) + name;
        return Call.toHostOf(sandboxId, Operation.SNAPSHOT, "POST", path, TRANSFER);
    }
}
