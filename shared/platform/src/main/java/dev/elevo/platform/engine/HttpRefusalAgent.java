package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RefusalAgent;
import dev.elevo.contract.agent.RefusedCalls;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What the agent has refused, over HTTP. */
@Singleton
@Secondary
final class HttpRefusalAgent implements RefusalAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);

    private final AgentConnection agent;

    HttpRefusalAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public List<RefusedCalls> refused() {
        return refused(Capability.HOST);
    }

    @Override
    public void forget(List<String> ids) {
        forget(Capability.HOST, ids);
    }

    /** By the agent of that sandbox. */
    List<RefusedCalls> refused(String agentOf) {
        return agent.send(call(agentOf, "GET"), null, Argument.listOf(RefusedCalls.class));
    }

    void forget(String agentOf, List<String> ids) {
        agent.send(call(agentOf, "POST"), ids, Map.of());
    }

    private static Call call(String agentOf, String method) {
        return Call.toHostOf(agentOf, Operation.HOST, method, AgentPaths.REFUSED, QUICK);
    }
}
