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
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Machines.GoneException;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placement.Workspace;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.trace.Trace;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of sandboxes, each in a MicroVM of its own. What the agent inside knows it is asked; what holds beyond its machine is in the
 * placement. Every step leaves a phase from which whoever comes next goes on, so that every call may be repeated.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class MicrovmSandboxes implements SandboxAgent {
    private static final Logger LOG = LoggerFactory.getLogger(MicrovmSandboxes.class);

    /** For processes to end before their sandbox moves. */
    private static final int MOVING_GRACE_MS = 5_000;

    /** Starts that came to nothing, before somebody is told. */
    private static final int MOST_ATTEMPTS = 2;

    private static final int ASKED_AT_ONCE = 16;
    private static final Map<String, Boolean> ENFORCED =
            Map.of("cpu", true, "memory", true, "disk", true, "pids", false, "network", true);

    private final Placements placements;
    private final Machines machines;
    private final WarmMachines warm;
    private final Images images;
    private final Workspaces workspaces;
    private final HttpSandboxAgent agents;
    private final SavedSnapshots snapshots;
    private final InstantSource clock;

    MicrovmSandboxes(
            Placements placements,
            Machines machines,
            WarmMachines warm,
            Images images,
            Workspaces workspaces,
            HttpSandboxAgent agents,
            SavedSnapshots snapshots,
            InstantSource clock) {
        this.placements = placements;
        this.machines = machines;
        this.warm = warm;
        this.images = images;
        this.workspaces = workspaces;
        this.agents = agents;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    @Override
    public SandboxStatus create(SandboxSpec spec) {
        machines.check(spec);
        var kept = placements.begin(Placement.first(spec, clock.instant()));
        return kept.placement().is(Phase.STARTING) ? launch(kept) : get(spec.id());
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        var kept = find(sandboxId);
        return switch (kept.placement().phase()) {
            case STARTING -> launch(kept);
            case RUNNING -> asking(kept, () -> merged(agents.start(sandboxId, deadline), kept.placement()));
            case SUSPENDED, ARCHIVED -> status(kept.placement());
            case SAVING -> throw busy();
            case STOPPED -> launch(next(kept, deadline));
            case LOST -> {
                if (kept.placement().workspace() == null) {
                    throw notFound(sandboxId);
                }
                yield launch(next(kept, deadline));
            }
        };
    }

    private Kept next(Kept kept, Deadline deadline) {
        var spec = kept.placement().spec().until(deadline);
        machines.check(spec);
        return change(kept, kept.placement().with(spec).next(false));
    }

    /** From the wish for a MicroVM to a sandbox that runs in it. */
    SandboxStatus launch(Kept starting) {
        var kept = starting;
        for (var attempt = 1; ; attempt++) {
            try {
                return bringUp(kept);
            } catch (GoneException e) {
                // The token of that attempt is for ever its MicroVM's.
                LOG.warn("a start of {} came to nothing: {}", kept.placement().sandboxId(), e.reason());
                kept = change(latest(kept), kept.placement().attemptingAnew());
                if (attempt == MOST_ATTEMPTS) {
                    throw new Failure.Unavailable(e.reason() + " before it was ready", Duration.ofSeconds(5))
                            .causedBy(e);
                }
            }
        }
    }

    private SandboxStatus bringUp(Kept starting) {
        var kept = starting.placement().machine() == null ? withMachine(starting) : starting;
        machines.awaitReady(machine(kept));
        var placement = kept.placement();
        restore(placement);
        var status = agents.create(placement.spec().withoutSource());
        change(kept, placement.running(status.enforced(), clock.instant()));
        return merged(status, placement);
    }

    private Kept withMachine(Kept starting) {
        var placement = starting.placement();
        var image = machines.imageFor(placement.spec());
        var egress = machines.connector(placement.spec().network());
        var woken = warm.take(starting, image, egress);
        woken.ifPresent(kept -> machines.resume(machine(kept)));
        return woken.orElseGet(() -> change(
                starting, placement.on(machines.start(image, egress, placement.generation(), placement.attempt()))));
    }

    private void restore(Placement placement) {
        var saved = placement.workspace();
        var source = placement.spec().snapshot();
        try {
            if (saved != null) {
                workspaces.restore(placement.sandboxId(), saved.key(), saved.sha256());
            } else if (source != null) {
                var files = snapshots.files(source);
                workspaces.restore(placement.sandboxId(), files.key(), files.sha256());
            }
        } catch (ApiException e) {
            // A repeated launch finds it restored and made already.
            if (e.failure().code() != ErrorCode.INVALID_SANDBOX_STATE) {
                throw e;
            }
        }
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox how) {
        var kept = find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case STOPPED, LOST -> status(kept.placement());
                case STARTING, ARCHIVED -> {
                    end(kept.placement());
                    yield status(change(kept, kept.placement().stopped(how.reason(), clock.instant()))
                            .placement());
                }
                case SUSPENDED -> {
                    machines.resume(machine(kept));
                    yield stopRunning(kept, how);
                }
                case RUNNING, SAVING -> stopRunning(kept, how);
            };
        } catch (GoneException e) {
            throw lost(sandboxId, e);
        }
    }

    private SandboxStatus stopRunning(Kept running, StopSandbox how) {
        var kept = save(running, how, false);
        return status(change(kept, kept.placement().stopped(how.reason(), clock.instant()))
                .placement());
    }

    /** Ends what runs inside, saves the files, ends the MicroVM. */
    private Kept save(Kept running, StopSandbox how, boolean toMove) {
        var kept = running;
        var id = kept.placement().sandboxId();
        if (!kept.placement().is(Phase.SAVING)) {
            asking(kept, () -> agents.stop(id, how));
            kept = change(kept, kept.placement().saving(toMove, how.reason()));
        }
        if (!kept.placement().hasSavedThisGeneration()) {
            var placement = kept.placement();
            var machine = machine(kept);
            var disk = images.ofArn(machine.imageArn()).size().diskBytes();
            var files = asking(kept, () -> workspaces.save(id, key(placement), disk));
            var before = placement.workspace();
            try {
                kept = change(
                        kept,
                        placement.saved(
                                new Workspace(files.key(), files.sha256(), files.bytes(), placement.generation())));
            } catch (ApiException lateWriter) {
                workspaces.delete(List.of(files.key()));
                throw lateWriter;
            }
            if (before != null) {
                workspaces.delete(List.of(before.key()));
            }
        }
        end(kept.placement());
        return kept;
    }

    /** Of two who save the same generation each has a key of his own. */
    private static String key(Placement placement) {
        return "workspaces/" + placement.sandboxId() + "/" + placement.generation() + "-" + UUID.randomUUID();
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        var kept = find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case SUSPENDED, ARCHIVED -> status(kept.placement());
                case RUNNING -> {
                    asking(kept, () -> agents.pause(sandboxId));
                    machines.suspend(machine(kept));
                    yield status(change(kept, kept.placement().suspended()).placement());
                }
                case STARTING, SAVING -> throw busy();
                case STOPPED -> throw notRunning(sandboxId);
                case LOST -> throw notFound(sandboxId);
            };
        } catch (GoneException e) {
            throw lost(sandboxId, e);
        }
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        var kept = find(sandboxId);
        try {
            return switch (kept.placement().phase()) {
                case SUSPENDED -> {
                    machines.resume(machine(kept));
                    var status = asking(kept, () -> agents.resume(sandboxId, deadline));
                    yield merged(
                            status, change(kept, kept.placement().resumed()).placement());
                }
                case RUNNING -> asking(kept, () -> merged(agents.resume(sandboxId, deadline), kept.placement()));
                case ARCHIVED -> launch(next(kept, deadline));
                case STARTING -> launch(kept);
                case SAVING -> throw busy();
                case STOPPED -> throw wrongState(sandboxId);
                case LOST -> throw notFound(sandboxId);
            };
        } catch (GoneException e) {
            throw lost(sandboxId, e);
        }
    }

    @Override
    public void delete(String sandboxId) {
        var found = placements.find(sandboxId);
        while (found.isPresent()) {
            var kept = found.get();
            end(kept.placement());
            var saved = kept.placement().workspace();
            if (saved != null) {
                workspaces.delete(List.of(saved.key()));
            }
            if (placements.remove(kept)) {
                return;
            }
            found = placements.find(sandboxId);
        }
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        var kept = find(sandboxId);
        if (!kept.placement().is(Phase.RUNNING)) {
            if (kept.placement().is(Phase.LOST) && kept.placement().workspace() == null) {
                throw notFound(sandboxId);
            }
            return status(kept.placement());
        }
        try {
            return asking(kept, () -> merged(agents.get(sandboxId), kept.placement()));
        } catch (GoneException e) {
            lose(kept, e.reason());
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
        var fresh = askAll(known, placement -> merged(agents.get(placement.sandboxId()), placement));
        return known.stream()
                .map(placement -> fresh.getOrDefault(placement.sandboxId(), status(placement)))
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
        var placement = find(sandboxId).placement();
        if (network.equals(placement.spec().network())) {
            return status(placement);
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

    private interface Telling {
        SandboxStatus agent();
    }

    private SandboxStatus told(String sandboxId, Function<Placement, Placement> noting, Telling telling) {
        while (true) {
            var kept = find(sandboxId);
            var next = noting.apply(kept.placement());
            var noted = next.equals(kept.placement()) ? Optional.of(kept) : placements.replace(kept, next);
            if (noted.isPresent()) {
                return next.is(Phase.RUNNING) ? asking(noted.get(), () -> merged(telling.agent(), next)) : status(next);
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
        return find(sandboxId).placement().is(Phase.RUNNING);
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
                ENFORCED,
                true,
                true,
                images.templates(),
                null,
                images.sizes());
    }

    // --- what the caretaker does without being asked ---------------------------------------------------------------

    /** Goes on in a new MicroVM with the files it has; processes end. What is paused needs none until it is resumed. */
    void move(Kept kept) {
        var id = kept.placement().sandboxId();
        try {
            var isPaused = kept.placement().is(Phase.SUSPENDED);
            if (isPaused) {
                machines.resume(machine(kept));
            }
            var saved = save(kept, new StopSandbox(MOVING_GRACE_MS, EndReason.EVICTED), !isPaused);
            if (isPaused) {
                change(saved, saved.placement().archived());
            } else {
                launch(change(saved, saved.placement().next(true)));
            }
            LOG.info("{} has left its MicroVM", id);
        } catch (GoneException e) {
            lose(latest(kept), e.reason());
        }
    }

    /** Brings to its end what somebody began to move and did not finish. */
    void finishMove(Kept kept) {
        if (kept.placement().is(Phase.STARTING)) {
            launch(kept);
        } else {
            move(kept);
        }
    }

    /** A start that nobody brings further: whoever wants the sandbox starts another MicroVM. */
    void giveUp(Kept kept) {
        end(kept.placement());
        placements.replace(kept, kept.placement().attemptingAnew());
    }

    void lose(Kept kept, String reason) {
        LOG.warn("{} is lost: {}", kept.placement().sandboxId(), reason);
        placements.replace(kept, kept.placement().lost(reason, clock.instant()));
    }

    /** What the service says of its MicroVM and nobody has recorded: somebody died in between. */
    void follow(Kept kept, Phase phase) {
        placements.replace(
                kept,
                phase == Phase.SUSPENDED
                        ? kept.placement().suspended()
                        : kept.placement().resumed());
    }

    // --- small words ---------------------------------------------------------------------------------------------

    private interface Question<T> {
        T ask();
    }

    /** An agent that is silent may have no machine any more. */
    private <T> T asking(Kept kept, Question<T> question) {
        try {
            return question.ask();
        } catch (ApiException e) {
            if (e.failure() instanceof Failure.Unavailable) {
                machines.refuseEnded(machine(kept));
            }
            throw e;
        }
    }

    private ApiException lost(String sandboxId, GoneException e) {
        placements.find(sandboxId).ifPresent(kept -> lose(kept, e.reason()));
        return MicrovmAddresses.notFound(sandboxId).causedBy(e);
    }

    private void end(Placement placement) {
        var machine = placement.machine();
        if (machine != null) {
            machines.terminate(machine);
        }
    }

    private Kept find(String sandboxId) {
        return placements.find(sandboxId).orElseThrow(() -> notFound(sandboxId));
    }

    private Kept latest(Kept kept) {
        return find(kept.placement().sandboxId());
    }

    /** What another one has brought as far is as good; anything else is 9002, and who repeats it finds what was done. */
    private Kept change(Kept seen, Placement next) {
        return placements
                .replace(seen, next)
                .or(() -> placements
                        .find(next.sandboxId())
                        .filter(now -> now.placement().isAsFarAs(next)))
                .orElseThrow(MicrovmSandboxes::busy);
    }

    private static Machine machine(Kept kept) {
        return Objects.requireNonNull(kept.placement().machine(), "a phase that has a machine");
    }

    private static ApiException busy() {
        return new Failure.Unavailable("The sandbox changes just now", Duration.ofSeconds(2)).asException();
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

    /** What its agent says, and what only the register knows. */
    private static SandboxStatus merged(SandboxStatus agents, Placement placement) {
        return new SandboxStatus(
                agents.id(),
                agents.state(),
                Isolation.MICROVM,
                agents.enforced(),
                placement.createdAt(),
                agents.startedAt(),
                agents.endedAt(),
                agents.endReason(),
                agents.errorReason(),
                agents.health(),
                placement.spec().network(),
                agents.deadline(),
                agents.lastUsedAt());
    }

    private static SandboxStatus status(Placement placement) {
        var enforced = placement.enforced();
        return new SandboxStatus(
                placement.sandboxId(),
                state(placement),
                Isolation.MICROVM,
                enforced == null ? ENFORCED : enforced,
                placement.createdAt(),
                placement.startedAt(),
                placement.endedAt(),
                placement.endReason(),
                placement.errorReason(),
                null,
                placement.spec().network(),
                placement.spec().deadline(),
                null);
    }

    private static SandboxState state(Placement placement) {
        return switch (placement.phase()) {
            case RUNNING -> SandboxState.RUNNING;
            case STARTING, SAVING -> placement.moving() ? SandboxState.RUNNING : SandboxState.STOPPED;
            case SUSPENDED, ARCHIVED -> SandboxState.PAUSED;
            case STOPPED -> SandboxState.STOPPED;
            case LOST -> SandboxState.FAILED;
        };
    }
}
