package dev.elevo.agent.http;

import dev.elevo.agent.volume.Volumes;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.GrowVolume;
import dev.elevo.contract.agent.LookAtVolumes;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host's volumes. */
@Controller(AgentPaths.VOLUMES)
@ExecuteOn(TaskExecutors.BLOCKING)
final class VolumesController {
    private final Gate gate;
    private final Volumes volumes;

    VolumesController(Gate gate, Volumes volumes) {
        this.gate = gate;
        this.volumes = volumes;
    }

    @Post
    VolumeStatus createVolume(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body VolumeSpec spec) {
        admit(capability);
        return volumes.create(spec);
    }

    @Get
    List<VolumeStatus> listVolumes(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability) {
        admit(capability);
        return volumes.list();
    }

    @Post("/look")
    List<VolumeStatus> lookAtVolumes(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, @Body LookAtVolumes wanted) {
        admit(capability);
        return volumes.look(wanted.ids());
    }

    @Post("/{volumeId}/resize")
    VolumeStatus resizeVolume(
            @Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String volumeId, @Body GrowVolume how) {
        admit(capability);
        return volumes.resize(volumeId, how.gigabytes());
    }

    @Delete("/{volumeId}")
    @Status(HttpStatus.NO_CONTENT)
    void deleteVolume(@Header(AgentPaths.CAPABILITY_HEADER) @Nullable String capability, String volumeId) {
        admit(capability);
        volumes.delete(volumeId);
    }

    private void admit(@Nullable String capability) {
        gate.admit(capability, Capability.HOST, Operation.VOLUME);
    }
}
