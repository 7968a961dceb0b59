package dev.elevo.agent.http;

import dev.elevo.agent.sandbox.Snapshots;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PrepareSnapshot;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotWaste;
import dev.elevo.contract.agent.TakeSnapshot;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/** Snapshots of sandboxes. */
@Controller(AgentPaths.SNAPSHOTS)
@ExecuteOn(TaskExecutors.BLOCKING)
final class SnapshotsController {
    private final Gate gate;
    private final Snapshots snapshots;

    SnapshotsController(Gate gate, Snapshots snapshots) {
        this.gate = gate;
        this.snapshots = snapshots;
    }

    @Post("/take")
    SnapshotStatus takeSnapshot(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body TakeSnapshot order) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return snapshots.take(order);
    }

    @Post("/look")
    SnapshotStatus lookAtSnapshot(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body SnapshotSource snapshot) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return snapshots.look(snapshot);
    }

    @Post("/prepare")
    SnapshotStatus prepareSnapshot(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body PrepareSnapshot order) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return snapshots.prepare(order);
    }

    @Post("/delete")
    @Status(HttpStatus.NO_CONTENT)
    void deleteSnapshot(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body SnapshotSource snapshot) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        snapshots.delete(snapshot);
    }

    @Post("/collect")
    SnapshotWaste collectGarbage(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body SnapshotSource depot) {
        gate.admit(capability, Capability.HOST, Operation.SNAPSHOT);
        return snapshots.collect(depot);
    }
}
