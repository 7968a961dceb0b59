package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An agent that keeps its word ({@link AgentContract}) and isolates nothing: its sandboxes are entries of a map, its processes
 * a few commands it knows by heart. For the tests of whoever calls an agent.
 */
public final class InMemoryAgent implements SandboxAgent, ProcessAgent {
    public static final String TEMPLATE = "base";
    private static final int MOST_MEMORY_MB = 8192;
    private static final Map<String, Boolean> ENFORCED =
            Map.of("cpu", true, "memory", true, "disk", false, "pids", true, "network", true);

    private final InstantSource clock;
    private final ConcurrentMap<String, Box> boxes = new ConcurrentHashMap<>();
    private final AtomicInteger creations = new AtomicInteger();
    private volatile boolean internet = true;
    private volatile @Nullable Failure trouble;
    private volatile @Nullable Failure loss;

    public InMemoryAgent(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Box {
        private final SandboxSpec spec;
        private final InMemoryProcesses processes;
        private volatile SandboxStatus status;

        Box(SandboxSpec spec, SandboxStatus status, InstantSource clock) {
            this.spec = spec;
            this.status = status;
            this.processes = new InMemoryProcesses(spec, clock);
        }
    }

    /** From now on every call fails like this; null ends it. */
    public void fail(@Nullable Failure failure) {
        trouble = failure;
    }

    /** From now on every command is run and the answer is lost on its way, which looks like this; null ends it. */
    public void loseAnswers(@Nullable Failure failure) {
        loss = failure;
    }

    /** Whether its operator lets sandboxes on a network. */
    public void setInternet(boolean internet) {
        this.internet = internet;
    }

    /** How many sandboxes were really made. */
    public int creations() {
        return creations.get();
    }

    /** Of a sandbox like any other. */
    public static SandboxSpec ordinary(String sandboxId) {
        return new SandboxSpec(
                sandboxId,
                TEMPLATE,
                Map.of(),
                "/home/user",
                "user",
                "/bin/sh",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null);
    }

    /** What the sandbox was made of. */
    public SandboxSpec spec(String sandboxId) {
        return box(sandboxId).spec;
    }

    public boolean has(String sandboxId) {
        return boxes.containsKey(sandboxId);
    }

    /** The host loses it, files and all. */
    public void lose(String sandboxId) {
        boxes.remove(sandboxId);
    }

    /** It ends by itself. */
    public void end(String sandboxId, SandboxState state, @Nullable EndReason reason, @Nullable String error) {
        end(box(sandboxId), state, reason, error);
    }

    @Override
    public SandboxStatus create(SandboxSpec spec) {
        failWith(trouble);
        for (var limit : spec.requireEnforced()) {
            if (!ENFORCED.getOrDefault(limit, false)) {
                throw refused(ErrorCode.NOT_IMPLEMENTED, "cannot enforce " + limit);
            }
        }
        if (spec.network().allowedDomains() != null) {
            throw refused(ErrorCode.NOT_IMPLEMENTED, "allowedDomains");
        }
        var memory = spec.resources().memoryMB();
        if (memory != null && memory > MOST_MEMORY_MB) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "not enough memory",
                            Map.of("resource", "memory", "limit", MOST_MEMORY_MB))
                    .asException();
        }
        return boxes.computeIfAbsent(spec.id(), id -> {
                    creations.incrementAndGet();
                    var status = new SandboxStatus(
                            id, SandboxState.RUNNING, Isolation.CONTAINER, ENFORCED, clock.instant(), null, null, null);
                    return new Box(spec, status, clock);
                })
                .status;
    }

    @Override
    public List<SandboxStatus> list() {
        failWith(trouble);
        return boxes.values().stream().map(box -> box.status).toList();
    }

    @Override
    public SandboxStatus get(String sandboxId) {
        failWith(trouble);
        return box(sandboxId).status;
    }

    @Override
    public SandboxStatus stop(String sandboxId, StopSandbox stop) {
        failWith(trouble);
        var box = box(sandboxId);
        if (box.status.state() == SandboxState.RUNNING) {
            end(box, SandboxState.STOPPED, stop.reason(), null);
        }
        return box.status;
    }

    @Override
    public void delete(String sandboxId) {
        failWith(trouble);
        var box = boxes.remove(sandboxId);
        if (box != null) {
            box.processes.end();
        }
    }

    @Override
    public HostInfo host() {
        failWith(trouble);
        return new HostInfo("test", Isolation.CONTAINER, "memory", ENFORCED, internet, List.of(TEMPLATE));
    }

    @Override
    public RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey) {
        var answer = running(sandboxId).run(request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public ProcessInfo get(String sandboxId, int pid) {
        return running(sandboxId).get(pid);
    }

    @Override
    public RunAnswer result(String sandboxId, int pid, int waitMs) {
        return running(sandboxId).result(pid, waitMs);
    }

    @Override
    public OutputPage output(String sandboxId, int pid, OutputQuery query) {
        return running(sandboxId).output(pid, query);
    }

    private void end(Box box, SandboxState state, @Nullable EndReason reason, @Nullable String error) {
        var was = box.status;
        box.status = new SandboxStatus(
                was.id(), state, was.isolation(), was.enforced(), was.createdAt(), clock.instant(), reason, error);
        box.processes.end();
    }

    private InMemoryProcesses running(String sandboxId) {
        failWith(trouble);
        var box = box(sandboxId);
        if (box.status.state() != SandboxState.RUNNING) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "Sandbox " + sandboxId + " is not running");
        }
        return box.processes;
    }

    private Box box(String sandboxId) {
        var box = boxes.get(sandboxId);
        if (box == null) {
            throw new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "no such sandbox", Map.of("sandboxId", sandboxId))
                    .asException();
        }
        return box;
    }

    private static void failWith(@Nullable Failure failure) {
        if (failure != null) {
            throw failure.asException();
        }
    }

    static RuntimeException refused(ErrorCode code, String message) {
        return new Failure.Refused(code, message).asException();
    }
}
