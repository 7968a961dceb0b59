package dev.elevo.agent.process;

import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.ProcessAgent;
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
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import io.micronaut.serde.ObjectMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes in all sandboxes of this agent. */
@Singleton
public final class Processes implements ProcessAgent, AutoCloseable {
    /** No request waits longer, whatever it asks for (contract 1.10). */
    public static final int MOST_WAIT_MS = 25_000;

    /** Of the process that a sandbox was made for. */
    static final String MAIN_TAG = "entrypoint";

    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final int MOST_SECONDS_ENDING = 10;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ProcessHosts hosts;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final long mostEndedOutput;
    private final AnswerRoom room;
    private final RunTickets tickets;
    private final ConcurrentHashMap<String, SandboxProcesses> sandboxes = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    private final Future<?> sweep;

    @Inject
    Processes(ProcessHosts hosts, ObjectMapper json, AnswerRoom room) {
        this(hosts, json, room, InstantSource.system(), SandboxProcesses.MOST_ENDED_OUTPUT);
    }

    Processes(ProcessHosts hosts, ObjectMapper json, AnswerRoom room, InstantSource clock, long mostEndedOutput) {
        this.hosts = hosts;
        this.json = json;
        this.room = room;
        this.clock = clock;
        this.mostEndedOutput = mostEndedOutput;
        this.tickets = new RunTickets(clock);
        sweep = sweeper.scheduleWithFixedDelay(this::forgetOld, 1, 1, TimeUnit.MINUTES);
    }

    /** To be called for a sandbox that just started. */
    public void sandboxStarted(String sandboxId) {
        inSandbox(sandboxId, processes -> {
            // Of a life that ended while no agent was there.
            processes.sessions().endAll();
            return processes;
        });
    }

    /** Its main process, where it has one. */
    public void startMain(String sandboxId, List<String> command) {
        var request = new SpawnRequest(
                command.getFirst(),
                false,
                command.subList(1, command.size()),
                null,
                null,
                null,
                null,
                null,
                0,
                null,
                null,
                null,
                MAIN_TAG);
        spawn(sandboxId, request, null);
    }

    /** SIGTERM, or whatever is given, to everything inside; tells whether it was all gone within the time. */
    public boolean terminate(String sandboxId, int signal, Duration wait) {
        return inSandbox(sandboxId, processes -> processes.terminate(signal, wait));
    }

    /**
     * To be called before everything in the sandbox is frozen. From here on it is not running for anybody who asks, and no
     * process's time passes; those who wait for one go on waiting.
     */
    public void sandboxFreezing(String sandboxId) {
        var processes = sandboxes.get(sandboxId);
        if (processes == null) {
            return;
        }
        try {
            processes.beforeFreezing();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
        }
    }

    /** To be called when it runs again, and for each that was found running at the agent's own start. */
    public void sandboxThawed(String sandboxId) {
        inSandbox(sandboxId, processes -> {
            processes.afterThawing();
            return processes;
        });
    }

    /** To be called before all that runs in it is killed: what is killed from here on ended with its sandbox, and not by itself. */
    public void sandboxEnding(String sandboxId) {
        var processes = sandboxes.get(sandboxId);
        if (processes != null) {
            processes.beforeKilling();
        }
    }

    /** To be called when nothing runs in the sandbox any more. Whoever waits for a process inside learns it was killed. */
    public void sandboxEnded(String sandboxId) {
        var processes = sandboxes.remove(sandboxId);
        if (processes != null) {
            processes.end();
        }
    }

    @Override
    public RunAnswer run(String sandboxId, RunRequest request, @Nullable String onceKey) {
        var wait = Objects.requireNonNullElse(request.waitMs(), MOST_WAIT_MS);
        return inSandbox(sandboxId, processes -> answer(processes.run(request, Purpose.RUN, onceKey), wait));
    }

    @Override
    public RunAnswer runCode(String sandboxId, CodeRunRequest request, @Nullable String onceKey) {
        var wait = Objects.requireNonNullElse(request.waitMs(), MOST_WAIT_MS);
        return inSandbox(sandboxId, processes -> answer(processes.runCode(request, onceKey), wait));
    }

    @Override
    public RunAnswer runTool(String sandboxId, ToolRun tool, @Nullable String onceKey) {
        return inSandbox(sandboxId, processes -> answer(processes.runTool(tool, onceKey), tool.waitMs()));
    }

    @Override
    public Spawned spawn(String sandboxId, SpawnRequest request, @Nullable String onceKey) {
        var purpose = Purpose.spawn(request.tag(), Boolean.TRUE.equals(request.stdin()));
        return inSandbox(sandboxId, processes -> switch (processes.run(request.asRun(), purpose, onceKey)) {
            case FoundProcess.Live(var live) -> {
                live.output().offer();
                yield new Spawned(live.pid(), request.command(), live.startedAt(), request.tag());
            }
            case FoundProcess.Ended(var ended) ->
                new Spawned(
                        ended.record().pid(), request.command(), ended.record().startedAt(), request.tag());
        });
    }

    @Override
    public String streamTicket(String sandboxId, RunRequest request) {
        return inSandbox(sandboxId, processes -> AgentPaths.RUN_STREAM + tickets.issue(sandboxId, request));
    }

    /** The command of a ticket, for one reader, with whom it ends. */
    public StreamedRun redeem(String ticket) {
        var wanted = tickets.redeem(ticket);
        return stream(wanted.sandboxId(), wanted.request());
    }

    StreamedRun stream(String sandboxId, RunRequest request) {
        return inSandbox(sandboxId, processes -> processes.stream(request));
    }

    @Override
    public RunAnswer result(String sandboxId, int pid, int waitMs) {
        return inSandbox(sandboxId, processes -> {
            var found = processes.withPid(pid);
            if (!found.note().why().hasResult()) {
                throw new Failure.Refused(
                                ErrorCode.PROCESS_NOT_FOUND,
                                "The process was spawned, and only commands that were run have a result;"
                                        + " what it says is in its output, and how it ended in its state",
                                Map.of("pid", pid))
                        .asException();
            }
            return answer(found, waitMs);
        });
    }

    @Override
    public List<ProcessInfo> list(String sandboxId, ProcessQuery query) {
        return inSandbox(sandboxId, processes -> ProcessList.of(processes, query, clock, room));
    }

    @Override
    public Killed kill(String sandboxId, int pid, Kill how, @Nullable String onceKey) {
        return inSandbox(
                sandboxId,
                processes -> processes
                        .once()
                        .doOnce(onceKey, Killed.class, () -> processes.control().kill(pid, how)));
    }

    @Override
    public Written write(String sandboxId, int pid, WriteRequest request, @Nullable String onceKey) {
        var data = OutputEncoding.named(request.encoding()).bytes(Objects.requireNonNullElse(request.data(), ""));
        var eof = Boolean.TRUE.equals(request.eof());
        return inSandbox(
                sandboxId,
                processes -> processes
                        .once()
                        .doOnce(
                                onceKey,
                                Written.class,
                                () -> processes.control().write(pid, data, eof)));
    }

    @Override
    public Session createSession(String sandboxId, CreateSession request, @Nullable String onceKey) {
        return inSandbox(sandboxId, processes -> processes.sessions().create(request, onceKey));
    }

    @Override
    public List<Session> sessions(String sandboxId) {
        return inSandbox(sandboxId, processes -> processes.sessions().all());
    }

    @Override
    public Session session(String sandboxId, String sessionId) {
        return inSandbox(sandboxId, processes -> processes.sessions().get(sessionId));
    }

    @Override
    public void deleteSession(String sandboxId, String sessionId, @Nullable String onceKey) {
        inSandbox(
                sandboxId,
                processes -> processes.once().doOnce(onceKey, String.class, () -> {
                    processes.sessions().delete(sessionId);
                    return sessionId;
                }));
    }

    @Override
    public RunAnswer exec(String sandboxId, String sessionId, SessionExec request, @Nullable String onceKey) {
        return inSandbox(sandboxId, processes -> {
            var found = processes.exec(sessionId, request, onceKey);
            return Boolean.FALSE.equals(request.await())
                    ? started(found)
                    : answer(found, Objects.requireNonNullElse(request.waitMs(), MOST_WAIT_MS));
        });
    }

    private static StillRunning started(FoundProcess process) throws IOException {
        if (process instanceof FoundProcess.Live(var live)) {
            live.output().offer();
        }
        return new StillRunning(process.pid(), process.note().command(), process.startedAt());
    }

    private RunAnswer answer(FoundProcess process, int waitMs) throws IOException, InterruptedException {
        return switch (process) {
            case FoundProcess.Ended(var ended) -> RunResults.of(ended, room);
            case FoundProcess.Live(var live) -> {
                var ended = await(live, Math.clamp(waitMs, 0, MOST_WAIT_MS));
                if (ended.isPresent()) {
                    yield RunResults.of(ended.get(), room);
                }
                // From here on somebody knows the pid: it must be found again whatever happens.
                live.output().offer();
                yield new StillRunning(live.pid(), live.note().command(), live.startedAt());
            }
        };
    }

    private static Optional<EndedProcess> await(LiveProcess live, int waitMs) throws IOException, InterruptedException {
        try {
            return Optional.of(live.end().get(waitMs, TimeUnit.MILLISECONDS));
        } catch (TimeoutException stillRuns) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw rethrow(e.getCause());
        }
    }

    @Override
    public ProcessInfo get(String sandboxId, int pid) {
        return inSandbox(sandboxId, processes -> {
            var live = processes.running(pid);
            if (live.isEmpty()) {
                var ended = processes.ended().withPid(pid);
                if (ended.isPresent()) {
                    return ProcFiles.describe(ended.get().record());
                }
            }
            try {
                return ProcFiles.describe(pid, processes.inspect(pid), clock.instant(), live.orElse(null))
                        .orElseThrow(() -> SandboxProcesses.notFound(pid).asException());
            } catch (HelperRefusal refusal) {
                // It may have ended this very moment.
                if (live.isPresent()) {
                    return ProcFiles.describe(live.get()
                            .end()
                            .copy()
                            .orTimeout(MOST_SECONDS_ENDING, TimeUnit.SECONDS)
                            .join()
                            .record());
                }
                return processes
                        .ended()
                        .withPid(pid)
                        .map(ended -> ProcFiles.describe(ended.record()))
                        .orElseThrow(() -> SandboxProcesses.notFound(pid).causedBy(refusal));
            }
        });
    }

    @Override
    public OutputPage output(String sandboxId, int pid, OutputQuery query) {
        return inSandbox(sandboxId, processes -> switch (processes.withPid(pid)) {
            case FoundProcess.Ended(var ended) -> page(ended, query);
            case FoundProcess.Live(var live) -> page(live, query);
        });
    }

    private OutputPage page(EndedProcess process, OutputQuery query) throws IOException {
        var record = process.record();
        var token = record.note().token();
        return process.output().read(output -> {
            var from = Cursor.parse(query.cursor(), token, output.total());
            var page = read(output, query, true, from.read());
            return new OutputPage(
                    page.chunks(),
                    new Cursor(token, page.next()).text(),
                    page.complete(),
                    page.complete() ? record.exitCode() : null,
                    page.dropped());
        });
    }

    private OutputPage page(LiveProcess process, OutputQuery query) throws IOException, InterruptedException {
        var token = process.note().token();
        var until = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(
                        Math.clamp(Objects.requireNonNullElse(query.waitMs(), 0), 0, MOST_WAIT_MS));
        var from = process.output().read(output -> Cursor.parse(query.cursor(), token, output.total()));
        process.output().wasReadUpTo(readUpTo(from.read(), query));
        for (; ; ) {
            var seen = process.output().total();
            var page = process.output().read(output -> read(output, query, false, from.read()));
            var left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (page.chunks().isEmpty() && process.output().awaitGrowth(seen, Math.max(0, left))) {
                continue;
            }
            if (page.chunks().isEmpty() && process.output().hasEnded()) {
                return page(process.end().join(), query);
            }
            return new OutputPage(page.chunks(), new Cursor(token, page.next()).text(), false, null, page.dropped());
        }
    }

    /** What is not asked for is nothing to wait for. */
    private static Output.Point readUpTo(Output.Point next, OutputQuery query) {
        var streams = streams(query.stream());
        return new Output.Point(
                streams.contains(OutputStreamName.STDOUT) ? next.stdout() : Long.MAX_VALUE,
                streams.contains(OutputStreamName.STDERR) ? next.stderr() : Long.MAX_VALUE);
    }

    private OutputPager.Page read(Output output, OutputQuery query, boolean ended, Output.Point from)
            throws IOException {
        var limit = Objects.requireNonNullElse(query.limit(), OutputQuery.DEFAULT_LIMIT);
        var total = output.total();
        room.take(Math.min(limit, total.stdout() - from.stdout() + total.stderr() - from.stderr()));
        return new OutputPager(output, streams(query.stream()), OutputEncoding.named(query.encoding()), ended)
                .read(from, limit);
    }

    private static Set<OutputStreamName> streams(@Nullable String name) {
        return switch (name) {
            case "stdout" -> EnumSet.of(OutputStreamName.STDOUT);
            case "stderr" -> EnumSet.of(OutputStreamName.STDERR);
            case null, default -> EnumSet.allOf(OutputStreamName.class);
        };
    }

    /** What is to be done with the processes of one sandbox. */
    interface Action<T> {
        T on(SandboxProcesses processes) throws IOException, InterruptedException;
    }

    <T> T inSandbox(String sandboxId, Action<T> action) {
        var host = hosts.find(sandboxId)
                .orElseThrow(() -> refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", sandboxId));
        if (!host.running()) {
            throw refused(ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", sandboxId);
        }
        try {
            var open = sandboxes.get(sandboxId);
            return action.on(open == null ? open(host) : open);
        } catch (IOException e) {
            throw new Failure.Unavailable("The sandbox does not answer", RETRY).causedBy(e);
        } catch (CompletionException e) {
            throw rethrow(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
        }
    }

    private synchronized SandboxProcesses open(ProcessHost host) throws IOException {
        var id = host.spec().id();
        var open = sandboxes.get(id);
        if (open == null) {
            open = SandboxProcesses.open(host, json, clock, mostEndedOutput);
            sandboxes.put(id, open);
        }
        return open;
    }

    private static RuntimeException rethrow(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException known) {
            return known;
        }
        return new IllegalStateException(cause);
    }

    private static RuntimeException refused(ErrorCode code, String message, String sandboxId) {
        return new Failure.Refused(code, message, Map.of("sandboxId", sandboxId)).asException();
    }

    /** Of the sandboxes that are open here. */
    Collection<SandboxProcesses> open() {
        return List.copyOf(sandboxes.values());
    }

    private void forgetOld() {
        sandboxes.forEach((id, processes) -> {
            try {
                processes.forgetOld();
            } catch (IOException | RuntimeException e) {
                LOG.error("old processes of {} not removed", id, e);
            }
        });
    }

    /** Lets go of everything and touches nothing: the next agent goes on here. */
    @Override
    @PreDestroy
    public void close() {
        sweep.cancel(false);
        sweeper.shutdown();
        sandboxes.values().forEach(SandboxProcesses::close);
        sandboxes.clear();
    }
}
