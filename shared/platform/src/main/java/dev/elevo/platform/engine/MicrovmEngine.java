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

/** Each sandbox in a MicroVM of its own, with the agent inside: its life is the service's matter, what is inside the agent's. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmEngine implements Engine {
    private static final VolumeAgent VOLUMES = new NoVolumes();

    private final MicrovmSandboxes sandboxes;
    private final MicrovmSnapshots snapshots;
    private final Caretaker caretaker;
    private final HttpProcessAgent processes;
    private final HttpFileAgent files;
    private final HttpSearchAgent search;
    private final HttpLspAgent languageServers;
    private final HttpPtyAgent ptys;
    private final HttpStreamAgent streams;

    MicrovmEngine(
            MicrovmSandboxes sandboxes,
            MicrovmSnapshots snapshots,
            Caretaker caretaker,
            HttpProcessAgent processes,
            HttpFileAgent files,
            HttpSearchAgent search,
            HttpLspAgent languageServers,
            HttpPtyAgent ptys,
            HttpStreamAgent streams) {
        this.sandboxes = sandboxes;
        this.snapshots = snapshots;
        this.caretaker = caretaker;
        this.processes = processes;
        this.files = files;
        this.search = search;
        this.languageServers = languageServers;
        this.ptys = ptys;
        this.streams = streams;
    }

    @Override
    public HostInfo offer() {
        return sandboxes.host();
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
        return VOLUMES;
    }

    @Override
    public void tend() {
        caretaker.tend();
    }
}
