package dev.elevo.agent.http;

import dev.elevo.agent.sandbox.Sandboxes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.Forks;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lives of sandboxes. */
@Controller(AgentPaths.SANDBOXES)
@ExecuteOn(TaskExecutors.BLOCKING)
final class SandboxesController {
    private final Gate gate;
    private final Sandboxes sandboxes;

    SandboxesController(Gate gate, Sandboxes sandboxes) {
        this.gate = gate;
        this.sandboxes = sandboxes;
    }

    @Post
    SandboxStatus createSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            @Header(AgentPaths.SECRET_HEADER) @Nullable String secret,
            @Body SandboxSpec spec) {
        gate.admit(capability, Capability.HOST, Operation.CREATE);
        return sandboxes.create(spec, secret == null ? null : SandboxSecret.parse(secret));
    }

    @Post("/{sandboxId}/fork")
    List<SandboxStatus> forkSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId, @Body Forks forks) {
        gate.admit(capability, Capability.HOST, Operation.CREATE);
        return sandboxes.fork(sandboxId, forks);
    }

    @Get
    List<SandboxStatus> listSandboxes(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability) {
        gate.admit(capability, Capability.HOST, Operation.HOST);
        return sandboxes.list();
    }

    @Get("/{sandboxId}")
    SandboxStatus getSandbox(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.get(sandboxId);
    }

    @Post("/{sandboxId}/stop")
    SandboxStatus stopSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body StopSandbox how) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.stop(sandboxId, how);
    }

    @Post("/{sandboxId}/start")
    SandboxStatus startSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body Deadline deadline) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.start(sandboxId, deadline);
    }

    @Post("/{sandboxId}/pause")
    SandboxStatus pauseSandbox(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.pause(sandboxId);
    }

    @Post("/{sandboxId}/resume")
    SandboxStatus resumeSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body Deadline deadline) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.resume(sandboxId, deadline);
    }

    @Put("/{sandboxId}/deadline")
    SandboxStatus setDeadline(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body Deadline deadline) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.setDeadline(sandboxId, deadline);
    }

    @Put("/{sandboxId}/network")
    SandboxStatus setNetwork(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body NetworkConfig network) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.setNetwork(sandboxId, network);
    }

    /** None or one. */
    @Get("/{sandboxId}/metrics")
    List<SandboxMetrics> measureSandbox(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.measure(sandboxId).stream().toList();
    }

    @Post("/{sandboxId}/metrics")
    List<SandboxMetrics> queryMetrics(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body MetricsQuery query) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        return sandboxes.metrics(sandboxId, query);
    }

    @Delete("/{sandboxId}")
    @Status(HttpStatus.NO_CONTENT)
    void deleteSandbox(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String sandboxId) {
        gate.admit(capability, sandboxId, Operation.LIFECYCLE);
        sandboxes.delete(sandboxId);
    }
}
