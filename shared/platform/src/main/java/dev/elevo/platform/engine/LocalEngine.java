package dev.elevo.platform.engine;

import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.LspAgent;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.ProcessAgent;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.SearchAgent;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.agent.StreamAgent;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one agent on this machine, which holds all sandboxes. */
@Singleton
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
            InstantSource clock) {
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.files = files;
        this.search = search;
        this.languageServers = languageServers;
        this.ptys = ptys;
        this.streams = streams;
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
    public SandboxStatus create(SandboxSpec spec) {
        return sandboxes.create(spec);
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        return sandboxes.stop(sandboxId, how);
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        return sandboxes.start(sandboxId, deadline);
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        return sandboxes.pause(sandboxId);
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        return sandboxes.resume(sandboxId, deadline);
    }

    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        return sandboxes.setDeadline(sandboxId, deadline);
    }

    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        return sandboxes.setNetwork(sandboxId, network);
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        return sandboxes.get(sandboxId);
    }

    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        return sandboxes.metrics(sandboxId, query);
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        return sandboxes.measure(sandboxId);
    }

    @Override
    public void delete(String sandboxId) {
        sandboxes.delete(sandboxId);
    }

    @Override
    public List<SandboxStatus> list() {
        return sandboxes.list();
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

    private record Known(HostInfo offer, Instant until) {}
}
