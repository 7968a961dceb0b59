package dev.elevo.agent.http;

import dev.elevo.agent.sandbox.Sandboxes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RefusedCalls;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host as a whole. */
@Controller(AgentPaths.HOST)
@ExecuteOn(TaskExecutors.BLOCKING)
final class HostController {
    private final Gate gate;
    private final Sandboxes sandboxes;
    private final HandedConnections door;
    private final RefusalBook refusals;

    HostController(Gate gate, Sandboxes sandboxes, HandedConnections door, RefusalBook refusals) {
        this.gate = gate;
        this.sandboxes = sandboxes;
        this.door = door;
        this.refusals = refusals;
    }

    @Get
    HostInfo describeHost(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability) {
        gate.admit(capability, Capability.HOST, Operation.HOST);
        return sandboxes.host().at(door.path().toString());
    }

    @Get("/refused")
    List<RefusedCalls> listRefused(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability) {
        gate.admit(capability, Capability.HOST, Operation.HOST);
        return refusals.show();
    }

    @Post("/refused")
    @Status(HttpStatus.NO_CONTENT)
    void forgetRefused(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body List<String> ids) {
        gate.admit(capability, Capability.HOST, Operation.HOST);
        refusals.forget(ids);
    }

    @Post("/drain")
    @Status(HttpStatus.NO_CONTENT)
    void drainHost(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability) {
        gate.admit(capability, Capability.HOST, Operation.HOST);
        sandboxes.drain();
    }
}
