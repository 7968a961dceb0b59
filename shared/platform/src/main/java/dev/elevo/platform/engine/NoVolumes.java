package dev.elevo.platform.engine;

import dev.elevo.contract.agent.VolumeAgent;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.agent.VolumeStatus;
import java.util.List;

/** MicroVMs share no disk: whoever wants a volume hears it at once, before anything is recorded as there. */
final class NoVolumes implements VolumeAgent {
    private static final String FEATURE = "volumes";

    @Override
    public VolumeStatus create(VolumeSpec spec) {
        throw NotOffered.of(FEATURE).asException();
    }

    @Override
    public List<VolumeStatus> list() {
        return List.of();
    }

    @Override
    public List<VolumeStatus> look(List<String> volumeIds) {
        return List.of();
    }

    @Override
    public VolumeStatus resize(String volumeId, int gigabytes) {
        throw NotOffered.of(FEATURE).asException();
    }

    @Override
    public void delete(String volumeId) {
        // There never was one.
    }
}
