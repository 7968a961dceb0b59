package dev.elevo.functions.volumes;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.SandboxInfo;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.volume.VolumeInfo;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxInfos;
import dev.elevo.platform.sandbox.SandboxKey;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sandboxes that volumes are mounted to, for who wants to see them too. */
@Singleton
class MountingSandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(MountingSandboxes.class);

    private final SandboxStore store;
    private final SandboxInfos infos;
    private final Engine engine;

    MountingSandboxes(SandboxStore store, SandboxInfos infos, Engine engine) {
        this.store = store;
        this.infos = infos;
        this.engine = engine;
    }

    /** The volumes with their sandboxes. One that was deleted just now is not among them. */
    List<VolumeInfo> addTo(String organizationId, List<VolumeInfo> volumes) {
        var keys = volumes.stream()
                .flatMap(volume -> volume.mountedTo().stream())
                .distinct()
                .map(id -> new SandboxKey(organizationId, id))
                .toList();
        var shown = store.findAll(keys).stream().collect(Collectors.toMap(Sandbox::id, this::show));
        return volumes.stream()
                .map(volume -> volume.with(volume.mountedTo().stream()
                        .map(shown::get)
                        .filter(Objects::nonNull)
                        .toList()))
                .toList();
    }

    private SandboxInfo show(Sandbox sandbox) {
        return infos.of(sandbox, health(sandbox), Map.of(), Map.of());
    }

    private @Nullable Health health(Sandbox sandbox) {
        if (sandbox.settings().healthCheck() == null) {
            return null;
        }
        try {
            var said = sandbox.state() == SandboxState.RUNNING
                    ? engine.sandboxes().get(sandbox.id()).health()
                    : null;
            return said == null ? Health.UNKNOWN : said;
        } catch (ApiException e) {
            LOG.warn("{} cannot be looked at: {}", sandbox.id(), e.failure().message());
            return Health.UNKNOWN;
        }
    }
}
