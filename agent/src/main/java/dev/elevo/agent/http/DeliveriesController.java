package dev.elevo.agent.http;

import dev.elevo.agent.workspace.Deliveries;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.DeliverFile;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Content of files that goes to a store, by addresses. */
@Controller(AgentPaths.DELIVERIES)
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeliveriesController {
    private final Gate gate;
    private final Deliveries deliveries;

    DeliveriesController(Gate gate, Deliveries deliveries) {
        this.gate = gate;
        this.deliveries = deliveries;
    }

    @Post("/deliver")
    SaveStatus deliverFile(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body DeliverFile order) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        return deliveries.deliver(sandboxId, order);
    }

    @Post("/forget")
    @Status(HttpStatus.NO_CONTENT)
    void forgetDelivery(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability,
            String sandboxId,
            @Body SaveQuery order) {
        gate.admit(capability, sandboxId, Operation.FILES_READ);
        deliveries.forget(sandboxId, order);
    }
}
