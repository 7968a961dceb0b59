package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
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
    private static final Duration QUICK = Duration.ofSeconds(5);

    /** Until files are restored: of the largest disk there is, at a quarter of the speed that was measured. */
    static final Duration RESTORING = Duration.ofMinutes(14);

    private static final Argument<SaveStatus> STATUS = Argument.of(SaveStatus.class);

    private final AgentConnection agent;

    HttpWorkspaceAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public SaveStatus save(String sandboxId, SaveWorkspace order) {
        return agent.send(call(sandboxId, "/save", QUICK.plusMillis(order.waitMs())), order, STATUS);
    }

    @Override
    public SaveStatus look(String sandboxId, SaveQuery order) {
        return agent.send(call(sandboxId, "/look", QUICK.plusMillis(order.waitMs())), order, STATUS);
    }

    @Override
    public void forget(String sandboxId, SaveQuery order) {
        agent.send(call(sandboxId, "/forget", QUICK), order, Map.of());
    }

    @Override
    public void restore(String sandboxId, RestoreWorkspace from) {
        agent.send(call(sandboxId, "/restore", RESTORING), from, Map.of());
    }

    private static Call call(String sandboxId, String name, Duration patience) {
        var path = AgentPaths.WORKSPACE.replace("{sandboxId}", sandboxId) + name;
        return Call.toHostOf(sandboxId, Operation.SNAPSHOT, "POST", path, patience);
    }
}
