package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.WriteResult;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxMetrics;
import dev.elevo.contract.sandbox.SandboxState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An agent that keeps its word ({@link AgentContract}) and isolates nothing: its sandboxes are entries of a map, its processes
 * a few commands it knows by heart. For the tests of whoever calls an agent.
 */
public final class InMemoryAgent implements RefusalAgent, SandboxAgent, ProcessAgent, FileAgent, SearchAgent {
    private final List<RefusedCalls> refused = new CopyOnWriteArrayList<>();
    public static final String TEMPLATE = "base";
    private static final int MOST_MEMORY_MB = 8192;
    private static final Map<String, Boolean> ENFORCED =
            Map.of("cpu", true, "memory", true, "disk", false, "pids", true, "network", true);

    private final InstantSource clock;
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(InMemoryAgent::nothing);
    private final ConcurrentMap<String, Box> boxes = new ConcurrentHashMap<>();
    private final AtomicInteger creations = new AtomicInteger();
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicReference<Function<ToolRun, Optional<RunResult>>> tools =
            new AtomicReference<>(tool -> ended(tool, null));
    private volatile boolean internet = true;
    private volatile boolean pause = true;
    private volatile @Nullable Health health;
    private volatile @Nullable Failure trouble;
    private volatile @Nullable Failure loss;

    public InMemoryAgent(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Box {
        private volatile SandboxSpec spec;
        private final InMemoryFiles files;
        private volatile InMemoryProcesses processes;
        private volatile InMemorySessions sessions;
        private volatile SandboxStatus status;
        private volatile @Nullable Instant lastUsedAt;

        Box(SandboxSpec spec, SandboxStatus status, InstantSource clock) {
            this.spec = spec;
            this.status = status;
            this.processes = new InMemoryProcesses(spec, clock);
            this.files = new InMemoryFiles(spec, clock);
            this.sessions = new InMemorySessions(spec, processes, clock);
        }

        boolean isAlive() {
            return status.state() == SandboxState.RUNNING || status.state() == SandboxState.PAUSED;
        }

        void become(SandboxState state) {
            become(state, status.startedAt(), status.endedAt(), status.endReason(), status.errorReason());
        }

        void become(
                SandboxState state,
                Instant startedAt,
                @Nullable Instant endedAt,
                @Nullable EndReason reason,
                @Nullable String error) {
            status = new SandboxStatus(
                    status.id(),
                    state,
                    status.isolation(),
                    status.enforced(),
                    status.createdAt(),
                    startedAt,
                    endedAt,
                    reason,
                    error,
                    status.health(),
                    spec.network(),
                    spec.deadline(),
                    lastUsedAt);
        }

        void use(Instant at) {
            lastUsedAt = at;
            become(status.state());
        }

        void become(SandboxSpec told) {
            spec = told;
            become(status.state());
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

    /** Happens once, while it does the next thing to a sandbox that takes a moment. */
    public void meanwhile(Runnable event) {
        meanwhile.set(event);
    }

    private static void nothing() {}

    private void takeAMoment() {
        meanwhile.getAndSet(InMemoryAgent::nothing).run();
    }

    /** Whether its operator lets sandboxes on a network. */
    public void setInternet(boolean internet) {
        this.internet = internet;
    }

    /** Whether it can freeze anything. */
    public void setPause(boolean pause) {
        this.pause = pause;
    }

    /** What the checks of sandboxes that are made from now on say. */
    public void setHealth(@Nullable Health health) {
        this.health = health;
    }

    /** How many were started again. */
    public int starts() {
        return starts.get();
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
                null,
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

    /** Somebody came straight to it. */
    public void use(String sandboxId, Instant at) {
        box(sandboxId).use(at);
    }

    /** Of files it keeps what is needed to tell one sandbox from another, and copies none. */
    @Override
    public List<SandboxStatus> fork(String sandboxId, List<SandboxSpec> forks) {
        if (!box(sandboxId).isAlive()) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "not running");
        }
        takeAMoment();
        return forks.stream().map(this::create).toList();
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
                            id,
                            SandboxState.RUNNING,
                            Isolation.CONTAINER,
                            ENFORCED,
                            clock.instant(),
                            clock.instant(),
                            null,
                            null,
                            null,
                            health,
                            spec.network(),
                            spec.deadline(),
                            null);
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
        if (box.isAlive()) {
            end(box, SandboxState.STOPPED, stop.reason(), null);
        }
        takeAMoment();
        return box.status;
    }

    @Override
    public SandboxStatus start(String sandboxId, Deadline deadline) {
        failWith(trouble);
        var box = box(sandboxId);
        if (!box.isAlive()) {
            starts.incrementAndGet();
            box.spec = box.spec.until(deadline);
            box.processes = new InMemoryProcesses(box.spec, clock);
            box.sessions = new InMemorySessions(box.spec, box.processes, clock);
            box.become(SandboxState.RUNNING, clock.instant(), null, null, null);
        }
        return box.status;
    }

    @Override
    public SandboxStatus pause(String sandboxId) {
        failWith(trouble);
        var box = box(sandboxId);
        if (!pause) {
            throw refused(ErrorCode.NOT_IMPLEMENTED, "pause");
        }
        if (!box.isAlive()) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "Sandbox " + sandboxId + " has ended");
        }
        box.spec = box.spec.until(Deadline.NEVER);
        box.become(SandboxState.PAUSED);
        takeAMoment();
        return box.status;
    }

    @Override
    public SandboxStatus resume(String sandboxId, Deadline deadline) {
        failWith(trouble);
        var box = box(sandboxId);
        if (!box.isAlive()) {
            throw refused(ErrorCode.INVALID_SANDBOX_STATE, "Sandbox " + sandboxId + " has ended");
        }
        box.spec = box.spec.until(deadline);
        box.become(SandboxState.RUNNING);
        takeAMoment();
        return box.status;
    }

    @Override
    public SandboxStatus setDeadline(String sandboxId, Deadline deadline) {
        failWith(trouble);
        var box = box(sandboxId);
        box.become(box.spec.until(deadline));
        return box.status;
    }

    @Override
    public SandboxStatus setNetwork(String sandboxId, NetworkConfig network) {
        failWith(trouble);
        if (network.allowedDomains() != null) {
            throw refused(ErrorCode.NOT_IMPLEMENTED, "allowedDomains");
        }
        var box = box(sandboxId);
        box.become(box.spec.connectedBy(network));
        return box.status;
    }

    /** One sample at the end of each whole step, as if somebody had looked just then. */
    @Override
    public List<SandboxMetrics> metrics(String sandboxId, MetricsQuery query) {
        failWith(trouble);
        var box = box(sandboxId);
        var step = Duration.ofSeconds(query.stepSeconds());
        return Stream.iterate(query.start().plus(step), at -> !at.isAfter(query.end()), at -> at.plus(step))
                .map(at -> sample(box.spec, at))
                .toList();
    }

    @Override
    public Optional<SandboxMetrics> measure(String sandboxId) {
        failWith(trouble);
        var box = box(sandboxId);
        return box.isAlive() ? Optional.of(sample(box.spec, clock.instant())) : Optional.empty();
    }

    private static SandboxMetrics sample(SandboxSpec spec, Instant at) {
        var cpu = Objects.requireNonNull(spec.resources().cpu());
        return new SandboxMetrics(at, 25, cpu, 1 << 20, 4 << 20, 25, 1 << 10, 8 << 10, 12.5, 0, 0, 1);
    }

    @Override
    public void delete(String sandboxId) {
        failWith(trouble);
        var box = boxes.remove(sandboxId);
        if (box != null) {
            box.processes.end();
        }
        takeAMoment();
    }

    /** Somebody came without a good capability. */
    public void refuse(RefusedCalls calls) {
        refused.add(calls);
    }

    @Override
    public List<RefusedCalls> refused() {
        return List.copyOf(refused);
    }

    @Override
    public void forget(List<String> ids) {
        refused.removeIf(calls -> ids.contains(calls.id()));
    }

    @Override
    public HostInfo host() {
        failWith(trouble);
        return new HostInfo("test", Isolation.CONTAINER, "memory", ENFORCED, pause, internet, List.of(TEMPLATE), null);
    }

    @Override
    public RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey) {
        var answer = running(sandboxId).processes.run(request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public RunAnswer runTool(String sandboxId, ToolRun tool, @Nullable String onceKey) {
        var answer = running(sandboxId).processes.runTool(tool, onceKey, tools.get());
        failWith(loss);
        return answer;
    }

    /** How tools of the control plane end from now on; with null they do not end. Their mark is added. */
    public void endToolsWith(@Nullable RunResult result) {
        tools.set(tool -> ended(tool, result));
    }

    private static Optional<RunResult> ended(ToolRun tool, @Nullable RunResult result) {
        InMemoryProcesses.check(tool.asRun());
        return Optional.ofNullable(result);
    }

    /** Who runs the tools of the control plane from now on, in directories of its own. */
    public void runToolsWith(Function<ToolRun, RunResult> runner) {
        tools.set(tool -> Optional.of(runner.apply(tool)));
    }

    /** The last tool that was run in the sandbox. */
    public ToolRun lastTool(String sandboxId) {
        return running(sandboxId).processes.lastTool();
    }

    @Override
    public Spawned spawn(String sandboxId, SpawnRequest request, @Nullable String onceKey) {
        var answer = running(sandboxId).processes.spawn(request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public RunAnswer runCode(String sandboxId, CodeRunRequest request, @Nullable String onceKey) {
        var answer = running(sandboxId).processes.runCode(request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public List<ProcessInfo> list(String sandboxId, ProcessQuery query) {
        return running(sandboxId).processes.list(query);
    }

    @Override
    public Killed kill(String sandboxId, int pid, Kill how, @Nullable String onceKey) {
        return running(sandboxId).processes.kill(pid, how);
    }

    @Override
    public Written write(String sandboxId, int pid, WriteRequest request, @Nullable String onceKey) {
        return running(sandboxId).processes.write(pid, request);
    }

    @Override
    public String streamTicket(String sandboxId, RunRequest request) {
        return "/agent/v1/streams/" + running(sandboxId).spec.id() + "-" + request.command();
    }

    @Override
    public Session createSession(String sandboxId, CreateSession request, @Nullable String onceKey) {
        var answer = running(sandboxId).sessions.create(request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public List<Session> sessions(String sandboxId) {
        return running(sandboxId).sessions.all();
    }

    @Override
    public Session session(String sandboxId, String sessionId) {
        return running(sandboxId).sessions.get(sessionId);
    }

    @Override
    public void deleteSession(String sandboxId, String sessionId, @Nullable String onceKey) {
        running(sandboxId).sessions.delete(sessionId);
    }

    @Override
    public RunAnswer exec(String sandboxId, String sessionId, SessionExec request, @Nullable String onceKey) {
        var answer = running(sandboxId).sessions.exec(sessionId, request, onceKey);
        failWith(loss);
        return answer;
    }

    @Override
    public ProcessInfo get(String sandboxId, int pid) {
        return running(sandboxId).processes.get(pid);
    }

    @Override
    public RunAnswer result(String sandboxId, int pid, int waitMs) {
        return running(sandboxId).processes.result(pid, waitMs);
    }

    @Override
    public OutputPage output(String sandboxId, int pid, OutputQuery query) {
        return running(sandboxId).processes.output(pid, query);
    }

    @Override
    public FileInfo stat(String sandboxId, StatFile request) {
        return files(sandboxId).stat(request);
    }

    @Override
    public FileList list(String sandboxId, ListFiles query) {
        return files(sandboxId).list(query);
    }

    @Override
    public FileContent read(String sandboxId, ReadFile request) {
        return files(sandboxId).read(request);
    }

    @Override
    public WriteResult write(String sandboxId, WriteFile target, byte[] content, @Nullable String onceKey) {
        var result = files(sandboxId).once(onceKey, files -> files.write(target, content));
        failWith(loss);
        return result;
    }

    @Override
    public BatchResult writeAll(String sandboxId, WriteFiles batch, @Nullable String onceKey) {
        return files(sandboxId).once(onceKey, files -> files.writeAll(batch));
    }

    @Override
    public MadeDirectory makeDirectory(String sandboxId, MakeDirectory request, @Nullable String onceKey) {
        return files(sandboxId).once(onceKey, files -> files.makeDirectory(request));
    }

    @Override
    public FileInfo copy(String sandboxId, CopyRequest request, @Nullable String onceKey) {
        return files(sandboxId).once(onceKey, files -> files.copy(request));
    }

    @Override
    public FileInfo move(String sandboxId, MoveRequest request, @Nullable String onceKey) {
        return files(sandboxId).once(onceKey, files -> files.move(request));
    }

    @Override
    public void delete(String sandboxId, DeleteFile request, @Nullable String onceKey) {
        files(sandboxId).once(onceKey, files -> files.delete(request));
    }

    @Override
    public FileInfo changeMode(String sandboxId, ChangeMode request) {
        return files(sandboxId).changeMode(request);
    }

    @Override
    public FileInfo changeOwner(String sandboxId, ChangeOwner request) {
        return files(sandboxId).changeOwner(request);
    }

    @Override
    public FindResult find(String sandboxId, FindRequest request, int timeMs) {
        return files(sandboxId).find(request);
    }

    @Override
    public GrepResult grep(String sandboxId, GrepRequest request, int timeMs) {
        return files(sandboxId).grep(request);
    }

    private InMemoryFiles files(String sandboxId) {
        running(sandboxId);
        return box(sandboxId).files;
    }

    private void end(Box box, SandboxState state, @Nullable EndReason reason, @Nullable String error) {
        box.become(state, box.status.startedAt(), clock.instant(), reason, error);
        box.processes.end();
    }

    private Box running(String sandboxId) {
        failWith(trouble);
        var box = box(sandboxId);
        if (box.status.state() != SandboxState.RUNNING) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "Sandbox " + sandboxId + " is not running");
        }
        return box;
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
