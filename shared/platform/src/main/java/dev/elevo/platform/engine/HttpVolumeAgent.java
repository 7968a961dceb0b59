package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.GrowVolume;
import dev.elevo.contract.agent.LookAtVolumes;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.VolumeAgent;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The agent's volumes over HTTP. */
@Singleton
@Secondary
final class HttpVolumeAgent implements VolumeAgent {
    private static final Duration QUICK = Duration.ofSeconds(10);

    /** What is checked and made larger takes its time; no client is answered later. */
    private static final Duration WORK = Duration.ofSeconds(28);

    private static final Argument<VolumeStatus> STATUS = Argument.of(VolumeStatus.class);
    private static final Argument<List<VolumeStatus>> ALL = Argument.listOf(VolumeStatus.class);

    private final AgentConnection agent;

    HttpVolumeAgent(AgentConnection agent) {
        this.agent = agent;
    }

    @Override
    public VolumeStatus create(VolumeSpec spec) {
        return agent.send(call("POST", "", WORK), spec, STATUS);
    }

    @Override
    public List<VolumeStatus> list() {
        return agent.send(call("GET", "", QUICK), null, ALL);
    }

    @Override
    public List<VolumeStatus> look(List<String> volumeIds) {
        return agent.send(call("POST", "/look", QUICK), new LookAtVolumes(volumeIds), ALL);
    }

    @Override
    public VolumeStatus resize(String volumeId, int gigabytes) {
        return agent.send(call("POST", "/" + volumeId + "/resize", WORK), new GrowVolume(gigabytes), STATUS);
    }

    @Override
    public void delete(String volumeId) {
        agent.send(call("DELETE", "/" + volumeId, WORK), null, Map.of());
    }

    private static Call call(String method, String suffix, Duration timeout) {
        return new Call(Capability.HOST, Operation.VOLUME, method, AgentPaths.VOLUMES + suffix, timeout);
    }
}
