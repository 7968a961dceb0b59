package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** The agent's snapshots over HTTP. */
@Singleton
@Secondary
final class HttpSnapshotAgent implements SnapshotAgent {
    private static final Duration QUICK = Duration.ofSeconds(10);
    /** For a depot with thousands of packs. */
    private static final Duration COLLECTING = Duration.ofSeconds(60);

    private static final Argument<SnapshotStatus> STATUS = Argument.of(SnapshotStatus.class);

    private final AgentConnection agent;

    HttpSnapshotAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public SnapshotStatus take(TakeSnapshot order) {
        return agent.send(call("/take", QUICK.plusMillis(order.waitMs())), order, STATUS);
    }

    @Override
    public SnapshotStatus look(SnapshotSource snapshot) {
        return agent.send(call("/look", QUICK), snapshot, STATUS);
    }

    @Override
    public SnapshotStatus prepare(PrepareSnapshot order) {
        return agent.send(call("/prepare", QUICK.plusMillis(order.waitMs())), order, STATUS);
    }

    @Override
    public void delete(SnapshotSource snapshot) {
        agent.send(call("/delete", QUICK), snapshot, Map.of());
    }

    @Override
    public SnapshotWaste collect(SnapshotSource depot) {
        return agent.send(call("/collect", COLLECTING), depot, Argument.of(SnapshotWaste.class));
    }

    private static Call call(String name, Duration patience) {
        return new Call(Capability.HOST, Operation.SNAPSHOT, "POST", AgentPaths.SNAPSHOTS + name, patience);
    }
}
