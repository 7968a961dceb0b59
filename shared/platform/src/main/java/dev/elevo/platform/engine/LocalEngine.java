package dev.elevo.platform.engine;

import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.agent.SnapshotAgent;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.agent.VolumeAgent;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The one agent on this machine, which holds all sandboxes. */
@Singleton
@Requires(property = "elevo.engine", notEquals = "microvm")
public final class LocalEngine implements Engine {
    /** Short, so that an agent that came back with another isolation is believed soon. */
    private static final Duration OFFER_LIFE = Duration.ofSeconds(5);

    private final SandboxAgent sandboxes;
    private final ProcessAgent processes;
    private final FileAgent files;
    private final SearchAgent search;
    private final LspAgent languageServers;
    private final PtyAgent ptys;
    private final StreamAgent streams;
    private final SnapshotAgent snapshots;
    private final VolumeAgent volumes;
    private final InstantSource clock;
    private volatile @Nullable Known known;

    public LocalEngine(
            SandboxAgent sandboxes,
            ProcessAgent processes,
            FileAgent files,
            SearchAgent search,
            LspAgent languageServers,
            PtyAgent ptys,
            StreamAgent streams,
            SnapshotAgent snapshots,
            VolumeAgent volumes,
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.files = files;
        this.search = search;
        this.languageServers = languageServers;
        this.ptys = ptys;
        this.streams = streams;
        this.snapshots = snapshots;
        this.volumes = volumes;
        this.clock = clock;
    }

    @Override
    public HostInfo offer() {
        var now = clock.instant();
        var current = known;
        if (current == null || !now.isBefore(current.until())) {
            current = new Known(sandboxes.host(), now.plus(OFFER_LIFE));
            known = current;
        }
        return current.offer();
    }

    @Override
    public SandboxAgent sandboxes() {
        return sandboxes;
    }

    @Override
    public SnapshotAgent snapshots() {
        return snapshots;
    }

    @Override
    public ProcessAgent processes(String sandboxId) {
        return processes;
    }

    @Override
    public FileAgent files(String sandboxId) {
        return files;
    }

    @Override
    public SearchAgent search(String sandboxId) {
        return search;
    }

    @Override
    public LspAgent languageServers(String sandboxId) {
        return languageServers;
    }

    @Override
    public PtyAgent ptys(String sandboxId) {
        return ptys;
    }

    @Override
    public StreamAgent streams(String sandboxId) {
        return streams;
    }

    @Override
    public VolumeAgent volumes() {
        return volumes;
    }

    private record Known(HostInfo offer, Instant until) {}
}
