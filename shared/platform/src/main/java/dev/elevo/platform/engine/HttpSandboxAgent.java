package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.Forks;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.platform.engine.AgentConnection.Call;
import io.micronaut.context.annotation.Secondary;
import io.micronaut.core.type.Argument;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The agent's sandboxes over HTTP. */
@Singleton
@Secondary
final class HttpSandboxAgent implements SandboxAgent {
    private static final Duration QUICK = Duration.ofSeconds(5);
    /** Until a host that is short of everything has made a sandbox. */
    private static final Duration PROVISIONING = Duration.ofSeconds(60);

    /** After the grace: for a helper that does not answer, and to kill what does not want to die. */
    private static final Duration ENDING = Duration.ofSeconds(25);

    private static final Argument<SandboxStatus> STATUS = Argument.of(SandboxStatus.class);
    private static final Argument<List<SandboxStatus>> STATUSES = Argument.listOf(SandboxStatus.class);
    private static final Argument<List<SandboxMetrics>> METRICS = Argument.listOf(SandboxMetrics.class);

    private final AgentConnection agent;
    private final CapabilityIssuer capabilities;

    HttpSandboxAgent(AgentConnection agent, CapabilityIssuer capabilities) {
        this.agent = agent;
        this.capabilities = capabilities;
    }

    @Override
    public SandboxStatus create(SandboxSpec spec) {
        var call = Call.toHostOf(spec.id(), Operation.CREATE, "POST", AgentPaths.SANDBOXES, PROVISIONING);
        var told =
                Map.of(AgentPaths.SECRET_HEADER, capabilities.secret(spec.id()).text());
        return agent.read(agent.send(call, spec, told), STATUS);
    }

    @Override
    public List<SandboxStatus> fork(String sandboxId, List<SandboxSpec> forks) {
        var path = AgentPaths.SANDBOX.replace("{sandboxId}", sandboxId) + "/fork";
        var call = Call.toHostOf(sandboxId, Operation.CREATE, "POST", path, PROVISIONING);
        var secrets = forks.stream()
                .collect(Collectors.toMap(
                        SandboxSpec::id, spec -> capabilities.secret(spec.id()).text()));
        return agent.send(call, new Forks(forks, secrets), STATUSES);
    }

    @Override
    public List<SandboxStatus> list() {
        var call = new Call(Capability.HOST, Operation.HOST, "GET", AgentPaths.SANDBOXES, QUICK);
        return agent.send(call, null, STATUSES);
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        return agent.send(lifecycle(sandboxId, "GET", "", QUICK), null, STATUS);
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        var patience = ENDING.plusMillis(how.graceMs());
        return agent.send(lifecycle(sandboxId, "POST", "/stop", patience), how, STATUS);
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        return agent.send(lifecycle(sandboxId, "POST", "/start", PROVISIONING), deadline, STATUS);
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        return agent.send(lifecycle(sandboxId, "POST", "/pause", QUICK), null, STATUS);
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        return agent.send(lifecycle(sandboxId, "POST", "/resume", QUICK), deadline, STATUS);
    }

    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        return agent.send(lifecycle(sandboxId, "PUT", "/deadline", QUICK), deadline, STATUS);
    }

    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        return agent.send(lifecycle(sandboxId, "PUT", "/network", QUICK), network, STATUS);
    }

    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        return agent.send(lifecycle(sandboxId, "POST", "/metrics", QUICK), query, METRICS);
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        return agent.send(lifecycle(sandboxId, "GET", "/metrics", QUICK), null, METRICS).stream()
                .findFirst();
    }

    @Override
    public void delete(String sandboxId) {
        agent.send(lifecycle(sandboxId, "DELETE", "", PROVISIONING), null, Map.of());
    }

    @Override
    public HostInfo host() {
        var call = new Call(Capability.HOST, Operation.HOST, "GET", AgentPaths.HOST, QUICK);
        return agent.send(call, null, Argument.of(HostInfo.class));
    }

    private static Call lifecycle(String sandboxId, String method, String suffix, Duration timeout) {
        var path = AgentPaths.SANDBOX.replace("{sandboxId}", sandboxId) + suffix;
        return new Call(sandboxId, Operation.LIFECYCLE, method, path, timeout);
    }
}
