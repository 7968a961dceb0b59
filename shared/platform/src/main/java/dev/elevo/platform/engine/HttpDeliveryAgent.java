package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.DeliveryAgent;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** The agent's way for content of files, over HTTP. */
@Singleton
@Secondary
final class HttpDeliveryAgent implements DeliveryAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Argument<SaveStatus> STATUS = Argument.of(SaveStatus.class);

    private final AgentConnection agent;

    HttpDeliveryAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public SaveStatus deliver(String sandboxId, DeliverFile order) {
        return agent.send(call(sandboxId, "/deliver", QUICK.plusMillis(order.waitMs())), order, STATUS);
    }

    @Override
    public void forget(String sandboxId, SaveQuery order) {
        agent.send(call(sandboxId, "/forget", QUICK), order, Map.of());
    }

    private static Call call(String sandboxId, String name, Duration patience) {
        var path = AgentPaths.DELIVERIES.replace("{sandboxId}", sandboxId) + name;
        return new Call(sandboxId, Operation.FILES_READ, "POST", path, patience);
    }
}
