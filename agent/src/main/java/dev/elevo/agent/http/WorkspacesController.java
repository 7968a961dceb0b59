package dev.elevo.agent.http;

import dev.elevo.agent.workspace.Workspaces;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Files of a whole sandbox, by addresses. Only for a token of the host: there may be no sandbox yet. */
@Controller(AgentPaths.WORKSPACE)
@ExecuteOn(TaskExecutors.BLOCKING)
final class WorkspacesController {
    private final Gate gate;
    private final Workspaces workspaces;

    WorkspacesController(Gate gate, Workspaces workspaces) {
        this.gate = gate;
        this.workspaces = workspaces;
    }

    @Post("/save")
    SaveStatus saveWorkspace(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body SaveWorkspace order) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return workspaces.save(sandboxId, order);
    }

    @Post("/look")
    SaveStatus lookAtSave(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body SaveQuery order) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return workspaces.look(sandboxId, order);
    }

    @Post("/forget")
    @Status(HttpStatus.NO_CONTENT)
    void forgetSave(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body SaveQuery order) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        workspaces.forget(sandboxId, order);
    }

    @Post("/restore")
    @Status(HttpStatus.NO_CONTENT)
    void restoreWorkspace(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body RestoreWorkspace from) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        workspaces.restore(sandboxId, from);
    }
}
