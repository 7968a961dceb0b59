package dev.elevo.platform.engine;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.contract.agent.SandboxAgent;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.platform.engine.Machines.GoneException;
import dev.elevo.platform.engine.Placement.Course;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.trace.Trace;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of sandboxes, each in a MicroVM of its own. What the agent inside knows it is asked; what holds beyond its machine is in the
 * placement.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmSandboxes implements SandboxAgent {
    private static final Logger LOG = LoggerFactory.getLogger(MicrovmSandboxes.class);

    private static final int ASKED_AT_ONCE = 16;

    private final Placements placements;
    private final Passages passages;
    private final Machines machines;
    private final Images images;
    private final Workspaces workspaces;
    private final HttpSandboxAgent agents;
    private final InstantSource clock;

    MicrovmSandboxes(
            Placements placements,
            Passages passages,
            Machines machines,
            Images images,
            Workspaces workspaces,
            HttpSandboxAgent agents,
            InstantSource clock) {
        this.placements = placements;
        this.passages = passages;
        this.machines = machines;
        this.images = images;
        this.workspaces = workspaces;
        this.agents = agents;
        this.clock = clock;
    }

    @Override
    public SandboxStatus create(SandboxSpec spec) {
        machines.check(spec);
        var kept = placements.begin(Placement.first(spec, clock.instant()));
        return kept.placement().is(Phase.STARTING) ? passages.launch(kept) : get(spec.id());
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        var kept = passages.find(sandboxId);
        return switch (kept.placement().phase()) {
            case STARTING -> passages.launch(kept);
            case RUNNING -> asked(kept, () -> agents.start(sandboxId, deadline));
            case SUSPENDING, SUSPENDED, ARCHIVED -> Statuses.of(kept.placement());
            case SAVING -> throw Passages.busy();
            case STOPPED -> passages.launch(next(kept, Course.NONE, deadline));
            case LOST -> {
                if (kept.placement().workspace() == null) {
                    throw notFound(sandboxId);
                }
                yield passages.launch(next(kept, Course.NONE, deadline));
            }
        };
    }

    private SandboxStatus asked(Kept running, Passages.Question<SandboxStatus> question) {
        try {
            return Statuses.merged(passages.asking(running, question), running.placement());
        } catch (GoneException e) {
            throw passages.lost(running.placement().sandboxId(), e);
        }
    }

    private Kept next(Kept kept, Course on, Deadline deadline) {
        var spec = kept.placement().spec().until(deadline);
        machines.check(spec);
        return passages.change(kept, kept.placement().with(spec).next(on, clock.instant()));
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        var kept = passages.find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case STOPPED, LOST -> Statuses.of(kept.placement());
                case STARTING, ARCHIVED -> {
                    passages.end(kept.placement());
                    yield stopped(kept, how);
                }
                case RUNNING, SUSPENDING, SUSPENDED, SAVING -> stopped(passages.save(kept, how), how);
            };
        } catch (GoneException e) {
            throw passages.lost(sandboxId, e);
        }
    }

    private SandboxStatus stopped(Kept kept, StopSandbox how) {
        var placement = kept.placement().stopped(how.reason(), clock.instant());
        return Statuses.of(passages.change(kept, placement).placement());
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        var kept = passages.find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case SUSPENDED, ARCHIVED -> Statuses.of(kept.placement());
                case RUNNING -> {
                    passages.asking(kept, () -> agents.pause(sandboxId));
                    // From here on the caretaker finishes it.
                    yield suspended(passages.change(kept, kept.placement().suspending(clock.instant())));
                }
                case SUSPENDING -> suspended(kept);
                case STARTING, SAVING -> throw Passages.busy();
                case STOPPED -> throw notRunning(sandboxId);
                case LOST -> throw notFound(sandboxId);
            };
        } catch (GoneException e) {
            throw passages.lost(sandboxId, e);
        }
    }

    private SandboxStatus suspended(Kept suspending) {
        return Statuses.of(passages.suspend(suspending).placement());
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        var kept = passages.find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case SUSPENDING, SUSPENDED -> {
                    machines.resume(Passages.machine(kept));
                    var status = passages.asking(kept, () -> agents.resume(sandboxId, deadline));
                    var now = passages.change(kept, kept.placement().resumed(clock.instant()));
                    yield Statuses.merged(status, now.placement());
                }
                case RUNNING -> asked(kept, () -> agents.resume(sandboxId, deadline));
                case ARCHIVED -> passages.launch(next(kept, Course.RESUMING, deadline));
                case STARTING -> passages.launch(kept);
                case SAVING -> throw Passages.busy();
                case STOPPED -> throw wrongState(sandboxId);
                case LOST -> throw notFound(sandboxId);
            };
        } catch (GoneException e) {
            throw passages.lost(sandboxId, e);
        }
    }

    @Override
    public void delete(String sandboxId) {
        var found = placements.find(sandboxId);
        while (found.isPresent()) {
            var kept = found.get();
            passages.end(kept.placement());
            var arrival = kept.placement().arrival();
            if (arrival != null) {
                workspaces.abandon(arrival);
            }
            workspaces.delete(kept.placement().keys());
            if (placements.remove(kept)) {
                return;
            }
            found = placements.find(sandboxId);
        }
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        var kept = passages.find(sandboxId);
        if (!kept.placement().is(Phase.RUNNING)) {
            if (kept.placement().is(Phase.LOST) && kept.placement().workspace() == null) {
                throw notFound(sandboxId);
            }
            return Statuses.of(kept.placement());
        }
        try {
            return passages.asking(kept, () -> Statuses.merged(agents.get(sandboxId), kept.placement()));
        } catch (GoneException e) {
            // Where it has left that machine meanwhile, it is found in its next one.
            passages.lose(sandboxId, e);
            return get(sandboxId);
        }
    }

    /** As they are in the register; those that run are asked, and who does not answer is what it was. */
    @Override
    public List<SandboxStatus> list() {
        var known = placements.all().stream()
                .map(Kept::placement)
                .filter(placement -> !placement.is(Phase.LOST) || placement.workspace() != null)
                .toList();
        var fresh = askAll(known, placement -> Statuses.merged(agents.get(placement.sandboxId()), placement));
        return known.stream()
                .map(placement -> fresh.getOrDefault(placement.sandboxId(), Statuses.of(placement)))
                .toList();
    }

    /** Of those that run, by their ids, what their agents answer. */
    <T> Map<String, T> askAll(List<Placement> known, Function<Placement, T> question) {
        var answers = new ConcurrentHashMap<String, T>();
        var atOnce = new Semaphore(ASKED_AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var placement : known) {
                if (placement.is(Phase.RUNNING)) {
                    threads.execute(Trace.carrying(() -> {
                        atOnce.acquireUninterruptibly();
                        try {
                            answers.put(placement.sandboxId(), question.apply(placement));
                        } catch (ApiException e) {
                            LOG.info("{} does not answer: {}", placement.sandboxId(), e.getMessage());
                        } finally {
                            atOnce.release();
                        }
                    }));
                }
            }
        }
        return answers;
    }

    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        return told(
                sandboxId,
                placement -> placement.with(placement.spec().until(deadline)),
                () -> agents.setDeadline(sandboxId, deadline));
    }

    /** The class of its network is that of its MicroVM, for as long as that lives. */
    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        var placement = passages.find(sandboxId).placement();
        if (network.equals(placement.spec().network())) {
            return Statuses.of(placement);
        }
        machines.check(placement.spec().connectedBy(network));
        if (network.internet() != placement.spec().network().internet()) {
            throw NotOffered.of("another network for a sandbox that is made").asException();
        }
        return told(
                sandboxId,
                known -> known.with(known.spec().connectedBy(network)),
                () -> agents.setNetwork(sandboxId, network));
    }

    private SandboxStatus told(
            String sandboxId, Function<Placement, Placement> noting, Passages.Question<SandboxStatus> question) {
        while (true) {
            var kept = passages.find(sandboxId);
            var next = noting.apply(kept.placement());
            var noted = next.equals(kept.placement()) ? Optional.of(kept) : placements.replace(kept, next);
            if (noted.isPresent()) {
                return next.is(Phase.RUNNING) ? asked(noted.get(), question) : Statuses.of(next);
            }
        }
    }

    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        return runs(sandboxId) ? agents.metrics(sandboxId, query) : List.of();
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        return runs(sandboxId) ? agents.measure(sandboxId) : Optional.empty();
    }

    private boolean runs(String sandboxId) {
        return passages.find(sandboxId).placement().is(Phase.RUNNING);
    }

    @Override
    public List<SandboxStatus> fork(String sandboxId, List<SandboxSpec> forks) {
        throw NotOffered.of("fork").asException();
    }

    @Override
    public HostInfo host() {
        return new HostInfo(
                Objects.requireNonNullElse(MicrovmSandboxes.class.getPackage().getImplementationVersion(), "dev"),
                Isolation.MICROVM,
                "AWS Lambda MicroVMs",
                Statuses.ENFORCED,
                true,
                true,
                images.templates(),
                null,
                images.sizes());
    }

    private static ApiException notFound(String sandboxId) {
        return MicrovmAddresses.notFound(sandboxId).asException();
    }

    private static ApiException notRunning(String sandboxId) {
        return MicrovmAddresses.notRunning(sandboxId).asException();
    }

    private static ApiException wrongState(String sandboxId) {
        return new Failure.Refused(
                        ErrorCode.INVALID_SANDBOX_STATE,
                        "Sandbox " + sandboxId + " has ended",
                        Map.of("sandboxId", sandboxId))
                .asException();
    }
}
