package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.pty.CreatePty;
import io.micronaut.serde.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of one sandbox, from its start to its end: the running ones, and the ended ones of the last minutes. */
final class SandboxProcesses implements LiveProcess.Keeper, Closeable {
    static final int MOST_RUNNING = 100;

    private static final Duration BEFORE_HANGING_UP = Duration.ofSeconds(1);

    /** Nearly all answers take a thousandth of this. */
    private static final int MOST_SECONDS_ASKING = 5;

    private static final int MOST_SECONDS_LOSING = 2;

    /** Of the host's disk, which is not the sandbox's own; a hundred full outputs a minute would fill any. */
    private static final long MOST_BYTES_ON_DISK = 4L << 30;

    /** Of the ended ones: the other half is for those that run. */
    static final long MOST_ENDED_OUTPUT = MOST_BYTES_ON_DISK / 2;

    private static final Logger LOG = LoggerFactory.getLogger(SandboxProcesses.class);

    private final ProcessHost host;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Helper helper;
    private final EndedProcesses ended;
    private final MemoryKills memoryKills;
    private final BombRelief bombs;
    private final PrivatePlaces places;
    private final Errand errands;
    private final CodeRuns code;
    private final Sessions sessions;
    private final ProcessControl control;
    private final Once once = new Once();
    private final ConcurrentHashMap<Integer, LiveProcess> running = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** As of the last large output or the last minute. */
    private final AtomicLong bytesOnDisk = new AtomicLong();

    /** What was started with a key, by the token of the process. */
    private final ConcurrentHashMap<String, CompletableFuture<Long>> started = new ConcurrentHashMap<>();

    /** Held by whoever asks the helper for something, and by nobody while it is frozen: what is asked then is never answered. */
    private final ReentrantReadWriteLock asking = new ReentrantReadWriteLock();

    /** Held by whoever opens a terminal: there are few, and they are counted. */
    private final ReentrantLock opening = new ReentrantLock();

    private final ReentrantLock thawing = new ReentrantLock();
    private final Condition thawed = thawing.newCondition();
    private volatile boolean frozen;
    private volatile boolean closed;
    private volatile boolean killing;
    private volatile boolean letGo;

    private SandboxProcesses(
            ProcessHost host, ObjectMapper json, InstantSource clock, Helper helper, EndedProcesses ended)
            throws IOException {
        this.host = host;
        this.json = json;
        this.clock = clock;
        this.helper = helper;
        this.ended = ended;
        this.memoryKills = new MemoryKills(host.memoryKills());
        this.bombs = new BombRelief(host.spec().id(), host.relief());
        this.places = new PrivatePlaces(host.stateDirectory(), host.spec().id());
        this.errands = new Errand(helper, request -> ask(() -> helper.exec(request)));
        this.code = new CodeRuns(host.spec(), places, errands);
        this.control = new ProcessControl(this);
        this.sessions =
                Sessions.open(host.spec(), host.stateDirectory(), json, clock, places, errands, new Sessions.Work() {
                    @Override
                    public LiveProcess start(ProcessNote note, Line line) throws IOException {
                        return begin(note, line, null);
                    }

                    @Override
                    public void tell(LiveProcess process, byte[] command) {
                        tellWaiting(process, command);
                    }

                    @Override
                    public void removePlace(ProcessNote note) {
                        SandboxProcesses.this.removePlace(note);
                    }

                    @Override
                    public void killMarked(String variable) throws IOException {
                        SandboxProcesses.this.killMarked(variable);
                    }
                });
    }

    /** Finds again what a former agent left: its ended processes on disk, its running ones at the helper. */
    static SandboxProcesses open(ProcessHost host, ObjectMapper json, InstantSource clock, long mostEndedOutput)
            throws IOException {
        var ended = EndedProcesses.open(host.stateDirectory(), json, clock, mostEndedOutput);
        var processes = new SandboxProcesses(host, json, clock, new Helper(host.helperSocket()), ended);
        ended.onceKeys().forEach((key, token) -> processes.started.put(key, CompletableFuture.completedFuture(token)));
        try {
            new Recovery(processes, host, json, clock).run();
        } catch (IOException e) {
            processes.close();
            throw e;
        }
        processes.sessions.goOn();
        processes.tidy();
        return processes;
    }

    /** What processes left that ended unseen goes in its own time. */
    private void tidy() throws IOException {
        if (!host.running()) {
            return;
        }
        var used =
                running.values().stream().map(process -> process.note().token()).collect(Collectors.toSet());
        var left = places.left(used);
        if (left.isEmpty()) {
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                for (var place : left) {
                    places.remove(place.token(), place.user(), errands);
                }
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        "what was left in sandbox {} stays until the next start",
                        host.spec().id(),
                        e);
            }
        });
    }

    Helper helper() {
        return helper;
    }

    EndedProcesses ended() {
        return ended;
    }

    Optional<LiveProcess> running(int pid) {
        return Optional.ofNullable(running.get(pid));
    }

    Sessions sessions() {
        return sessions;
    }

    ProcessControl control() {
        return control;
    }

    Once once() {
        return once;
    }

    private interface Starter {
        LiveProcess start() throws IOException, InterruptedException;
    }

    FoundProcess run(RunRequest request, Purpose purpose, @Nullable String onceKey)
            throws IOException, InterruptedException {
        return startOnce(onceKey, () -> start(request, purpose, onceKey, null));
    }

    FoundProcess runCode(CodeRunRequest request, @Nullable String onceKey) throws IOException, InterruptedException {
        return startOnce(onceKey, () -> startCode(request, onceKey));
    }

    FoundProcess runTool(ToolRun tool, @Nullable String onceKey) throws IOException, InterruptedException {
        return startOnce(onceKey, () -> {
            var note = Commands.note(tool.asRun(), host.spec(), onceKey, Purpose.tool(tool.mark()));
            tool.line().forEach(part -> Commands.refuseNul("line", part));
            var stdin = Commands.given(tool.input());
            return begin(note, bytes -> Commands.exec(note, tool.line(), false, stdin, bytes), null);
        });
    }

    FoundProcess exec(String session, SessionExec request, @Nullable String onceKey)
            throws IOException, InterruptedException {
        return startOnce(onceKey, () -> sessions.exec(session, request, onceKey));
    }

    StreamedRun stream(RunRequest request) throws IOException {
        var tap = new Tap();
        var process = start(request, Purpose.STREAM, null, tap);
        return new StreamedRun(process, tap, () -> kill(process.process()));
    }

    /** One process per key, however many ask at once. */
    private FoundProcess startOnce(@Nullable String onceKey, Starter starter) throws IOException, InterruptedException {
        if (onceKey == null) {
            return new FoundProcess.Live(starter.start());
        }
        var mine = new CompletableFuture<Long>();
        var first = started.putIfAbsent(onceKey, mine);
        if (first != null) {
            return withToken(Once.answerOf(first));
        }
        try {
            var live = starter.start();
            mine.complete(live.note().token());
            return new FoundProcess.Live(live);
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.remove(onceKey, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private FoundProcess withToken(long token) throws IOException {
        var live = running.values().stream()
                .filter(process -> process.note().token() == token)
                .findFirst();
        if (live.isPresent()) {
            return new FoundProcess.Live(live.get());
        }
        return ended.withToken(token)
                .<FoundProcess>map(FoundProcess.Ended::new)
                .orElseThrow(
                        () -> new Failure.Refused(ErrorCode.PROCESS_NOT_FOUND, "The process of this key is forgotten")
                                .asException());
    }

    FoundProcess withPid(int pid) throws IOException {
        var live = running.get(pid);
        if (live != null) {
            return new FoundProcess.Live(live);
        }
        return ended.withPid(pid)
                .<FoundProcess>map(FoundProcess.Ended::new)
                .orElseThrow(() -> notFound(pid).asException());
    }

    static Failure notFound(int pid) {
        return new Failure.Refused(ErrorCode.PROCESS_NOT_FOUND, "No such process", Map.of("pid", pid));
    }

    private LiveProcess start(RunRequest request, Purpose purpose, @Nullable String onceKey, @Nullable Tap tap)
            throws IOException {
        var note = Commands.note(request, host.spec(), onceKey, purpose);
        return begin(note, bytes -> Commands.exec(request, host.spec(), note, bytes), tap);
    }

    private LiveProcess startCode(CodeRunRequest request, @Nullable String onceKey) throws IOException {
        var note = code.note(request, onceKey);
        try {
            code.prepare(request, note);
            var line = code.line(request, note);
            var stdin = Commands.given(request.input());
            return begin(note, bytes -> Commands.exec(note, line, false, stdin, bytes), null);
        } catch (IOException | RuntimeException e) {
            removePlace(note);
            throw e;
        }
    }

    /** How a process is started, given the note that the helper keeps of it. */
    interface Line {
        ExecRequest with(byte[] note) throws IOException;
    }

    /** One with a terminal, so many and no more. */
    FoundProcess openTerminal(CreatePty request, @Nullable String onceKey) throws IOException, InterruptedException {
        return startOnce(onceKey, () -> {
            var note = Terminals.note(request, host.spec(), onceKey, false);
            opening.lock();
            try {
                if (terminals().count() >= PtyAgent.MOST) {
                    throw new Failure.Refused(
                                    ErrorCode.PTY_LIMIT_EXCEEDED,
                                    "The sandbox has all the terminals it may have",
                                    Map.of("limit", PtyAgent.MOST))
                            .asException();
                }
                return openTerminal(request, note);
            } finally {
                opening.unlock();
            }
        });
    }

    /** The one that all who ask share. */
    LiveProcess openConsole() throws IOException {
        opening.lock();
        try {
            var open = running.values().stream()
                    .filter(process -> Terminals.isConsole(process.note()))
                    .findFirst();
            return open.isPresent()
                    ? open.get()
                    : openTerminal(Terminals.CONSOLE, Terminals.note(Terminals.CONSOLE, host.spec(), null, true));
        } finally {
            opening.unlock();
        }
    }

    private LiveProcess openTerminal(CreatePty request, ProcessNote note) throws IOException {
        var live = begin(note, bytes -> Terminals.exec(request, note, bytes), null);
        // Somebody will know its pid: it must be found again whatever happens.
        live.output().save();
        return live;
    }

    /** That run, without the console. */
    Stream<LiveProcess> terminals() {
        return running.values().stream()
                .filter(process -> process.note().terminal() != null && !Terminals.isConsole(process.note()));
    }

    /** That run, with the console. */
    Stream<LiveProcess> allTerminals() {
        return running.values().stream().filter(process -> process.note().terminal() != null);
    }

    boolean isFrozen() {
        return frozen;
    }

    void resize(LiveProcess process, int cols, int rows) throws IOException {
        ask(() -> {
            helper.resize(process.process().id(), new ExecRequest.Terminal(rows, cols));
            return process;
        });
        process.renote(Terminals.resized(process.note(), cols, rows));
    }

    private LiveProcess begin(ProcessNote note, Line line, @Nullable Tap tap) throws IOException {
        if (bytesOnDisk.get() > MOST_BYTES_ON_DISK) {
            throw StartFailures.exhausted("The outputs of the last minutes take all their room", "output")
                    .asException();
        }
        if (count.incrementAndGet() > MOST_RUNNING) {
            count.decrementAndGet();
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "Too many processes",
                            Map.of("resource", "processes", "limit", MOST_RUNNING))
                    .asException();
        }
        try {
            var command = line.with(json.writeValueAsBytes(note));
            return ask(() -> start(note, command, tap));
        } catch (HelperRefusal refusal) {
            count.decrementAndGet();
            throw StartFailures.of(refusal, note).causedBy(refusal);
        } catch (IOException | RuntimeException e) {
            count.decrementAndGet();
            throw e;
        }
    }

    private LiveProcess start(ProcessNote note, ExecRequest command, @Nullable Tap tap) throws IOException {
        var memoryKillsBefore = memoryKills.soFar();
        var process = bombs.start(() -> helper.exec(command));
        return follow(note, process, newOutput(note, process), memoryKillsBefore, tap);
    }

    /** The time of its own begins with what it is told first, and only then. */
    private void tellWaiting(LiveProcess process, byte[] command) {
        try {
            var told = process.told();
            while (told == 0 && !beginTime(process)) {
                awaitThaw();
                if (closed) {
                    return;
                }
            }
            process.tell(Arrays.copyOfRange(command, (int) Math.min(told, command.length), command.length));
        } catch (IOException | RuntimeException e) {
            if (!closed && !process.end().isDone()) {
                LOG.warn(
                        "process {} of {} cannot begin and is killed",
                        process.pid(),
                        host.spec().id(),
                        e);
                kill(process.process());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False while the sandbox is paused. */
    private boolean beginTime(LiveProcess process) throws IOException {
        asking.readLock().lock();
        try {
            if (frozen) {
                return false;
            }
            helper.beginTime(process.process().id(), process.note().timeoutMs());
            return true;
        } catch (HelperRefusal gone) {
            throw gone;
        } catch (IOException e) {
            // A command runs without a limit of its own rather than not at all where its helper is of a version without
            // this.
            LOG.warn("the time-out of process {} does not hold", process.pid(), e);
            return true;
        } finally {
            asking.readLock().unlock();
        }
    }

    List<Reply.Node> tree() throws IOException {
        return ask(helper::tree);
    }

    void signalGroup(int pid, int signal) throws IOException {
        ask(() -> {
            helper.signalGroup(pid, signal);
            return pid;
        });
    }

    private void killMarked(String variable) throws IOException {
        if (!ask(() -> MarkedProcesses.kill(helper, variable))) {
            LOG.warn(
                    "processes of a session of sandbox {} do not end",
                    host.spec().id());
        }
    }

    Reply.Inspected inspect(int pid) throws IOException {
        return ask(() -> helper.inspect(pid));
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    private <T> T ask(Question<T> question) throws IOException {
        asking.readLock().lock();
        try {
            if (frozen) {
                throw new Failure.Refused(
                                ErrorCode.SANDBOX_NOT_RUNNING,
                                "The sandbox is paused",
                                Map.of("sandboxId", host.spec().id()))
                        .asException();
            }
            return question.ask();
        } finally {
            asking.readLock().unlock();
        }
    }

    /** The last thing before everything inside is frozen: nobody waits for an answer any more, and no process's time passes. */
    void beforeFreezing() throws InterruptedException {
        frozen = true;
        if (!asking.writeLock().tryLock(MOST_SECONDS_ASKING, TimeUnit.SECONDS)) {
            frozen = false;
            throw new Failure.Unavailable("The sandbox is still busy with a command", Duration.ofSeconds(1))
                    .asException();
        }
        asking.writeLock().unlock();
        setClock(false);
    }

    /** The first thing after it. */
    void afterThawing() throws IOException {
        setClock(true);
        thawing.lock();
        try {
            frozen = false;
            thawed.signalAll();
        } finally {
            thawing.unlock();
        }
        sessions.touchAll();
    }

    /** For what is done behind a process's end, which may fall into a pause. */
    private void awaitThaw() throws InterruptedException {
        thawing.lockInterruptibly();
        try {
            while (frozen && !closed) {
                thawed.await(1, TimeUnit.SECONDS);
            }
        } finally {
            thawing.unlock();
        }
    }

    private void setClock(boolean runs) {
        try {
            helper.setClock(runs);
        } catch (IOException e) {
            // A sandbox is not kept from pausing because its helper is of a version without a clock.
            LOG.warn(
                    "the time-outs in sandbox {} do not stand still while it is paused",
                    host.spec().id(),
                    e);
        }
    }

    /** A process found again; without output, when none of it was on disk. */
    void adopt(ProcessNote note, HelperProcess process, @Nullable LiveOutput output) {
        count.incrementAndGet();
        var key = note.onceKey();
        if (key != null) {
            started.put(key, CompletableFuture.completedFuture(note.token()));
        }
        if (note.why().kind() == Purpose.Kind.EXEC) {
            sessions.adopt(note, process.id());
        }
        var live = follow(note, process, output == null ? newOutput(note, process) : output, memoryKills.soFar(), null);
        if (note.why().kind() == Purpose.Kind.EXEC) {
            sessions.adopted(live);
        }
        if (note.why().kind() == Purpose.Kind.STREAM) {
            // Its reader went with the former agent.
            kill(process);
        }
    }

    private LiveOutput newOutput(ProcessNote note, HelperProcess process) {
        return new LiveOutput(
                ended.outputDirectory(note.token()),
                note.maxBuffer(),
                () -> json.writeValueAsBytes(mark(note, process)));
    }

    private static RunningMark mark(ProcessNote note, HelperProcess process) {
        return new RunningMark(
                note, process.id(), process.pid(), process.startedAt().toEpochMilli());
    }

    private LiveProcess follow(
            ProcessNote note, HelperProcess process, LiveOutput output, long memoryKillsBefore, @Nullable Tap tap) {
        var live = new LiveProcess(this, note, process, output, memoryKillsBefore, tap);
        if (note.terminal() != null) {
            output.mark(() -> json.writeValueAsBytes(mark(live.note(), process)));
        }
        running.put(live.pid(), live);
        live.follow();
        return live;
    }

    @Override
    public Optional<HelperProcess> reconnect(HelperProcess lost, Output.Point seen) {
        if (closed) {
            return Optional.empty();
        }
        try {
            return Optional.of(helper.attach(lost.id(), seen.stdout(), seen.stderr()));
        } catch (IOException e) {
            LOG.debug("process {} of {} is gone", lost.pid(), host.spec().id(), e);
            return Optional.empty();
        }
    }

    @Override
    public void kill(HelperProcess process) {
        signal(process, Signals.KILL);
    }

    /** To its group. One that is over already is as it should be. */
    void signal(HelperProcess process, int signal) {
        try {
            helper.signal(process.id(), signal);
        } catch (HelperRefusal refusal) {
            if (refusal.step() != FailedStep.MISSING) {
                LOG.warn("process {} could not be sent signal {}", process.pid(), signal, refusal);
            }
        } catch (IOException e) {
            LOG.warn("process {} could not be sent signal {}", process.pid(), signal, e);
        }
    }

    @Override
    public void ended(LiveProcess process, Reply.Ended reply, LiveOutput.Ending output) {
        if (killing && reply.bySignal() && reply.code() == Signals.KILL) {
            // Where the helper outlives what it started it tells of their ends.
            lost(process, output);
            return;
        }
        takeWhatItLeft(process.note());
        finish(
                process,
                ProcessRecord.ended(
                        process.note(),
                        process.pid(),
                        process.startedAt(),
                        reply,
                        output,
                        memoryKills.explain(reply, process.memoryKillsBefore())
                                ? host.spec().resources().memoryMB()
                                : null,
                        bombs.explain(reply)),
                output);
    }

    @Override
    public void lost(LiveProcess process, LiveOutput.Ending output) {
        finish(
                process,
                ProcessRecord.lost(
                        process.note(),
                        process.pid(),
                        process.startedAt(),
                        clock.instant(),
                        output.inFiles(),
                        output.total()),
                output);
    }

    /** Before its result is kept: an agent that dies in between does it again. */
    private void takeWhatItLeft(ProcessNote note) {
        if (!note.why().hasPlace()) {
            return;
        }
        try {
            awaitThaw();
            if (note.why().charts()) {
                ended.keepCharts(note.token(), code.charts(note));
            }
            if (note.why().kind() == Purpose.Kind.EXEC) {
                sessions.ended(note);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "what process {} left in {} was not fetched",
                    note.token(),
                    host.spec().id(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        removePlace(note);
    }

    private void removePlace(ProcessNote note) {
        try {
            awaitThaw();
            places.remove(note.token(), note.user(), errands);
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "what process {} left in {} stays until the next start",
                    note.token(),
                    host.spec().id(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finish(LiveProcess process, ProcessRecord record, LiveOutput.Ending output) {
        try {
            ended.add(record, output.small());
            if (output.inFiles()) {
                bytesOnDisk.set(ended.bytesOnDisk());
            }
        } catch (IOException e) {
            // Whoever waits now still gets the result; after a sandbox was deleted there is nowhere to keep it anyway.
            LOG.warn(
                    "result of process {} of {} not kept",
                    record.pid(),
                    host.spec().id(),
                    e);
        }
        running.remove(record.pid(), process);
        count.decrementAndGet();
        if (record.note().why().kind() == Purpose.Kind.EXEC) {
            sessions.release(record.note());
        }
        process.end().complete(new EndedProcess(record, output.source(), charts(record.note())));
    }

    private @Nullable KeptCharts charts(ProcessNote note) {
        try {
            return ended.charts(note);
        } catch (IOException e) {
            LOG.warn("charts of process {} cannot be read", note.token(), e);
            return KeptCharts.NONE;
        }
    }

    /** Once a minute or so. */
    void forgetOld() throws IOException {
        if (!frozen) {
            sessions.forgetOld();
        }
        ended.forgetOld().forEach(started::remove);
        bytesOnDisk.set(ended.bytesOnDisk());
    }

    /**
     * Everything inside gets the signal; tells whether it was all gone within the time. A shell at its prompt hears nothing but that its
     * terminal is gone, which it is told after what runs in it could end by itself.
     */
    boolean terminate(int signal, Duration wait) throws IOException {
        var first = wait.dividedBy(2).compareTo(BEFORE_HANGING_UP) < 0 ? wait.dividedBy(2) : BEFORE_HANGING_UP;
        if (helper.terminate(signal, first)) {
            return true;
        }
        running.values().stream()
                .filter(live -> live.note().terminal() != null)
                .forEach(live -> signal(live.process(), Signals.HANG_UP));
        return helper.terminate(Signals.NONE, wait.minus(first));
    }

    /** The sandbox is gone: whoever waits for a process inside learns it, before the sandbox may begin another life. */
    void beforeKilling() {
        killing = true;
    }

    void end() {
        closed = true;
        running.values().forEach(LiveProcess::letGo);
        try {
            sessions.endAll();
        } catch (IOException e) {
            LOG.warn("the sessions of {} are not all forgotten", host.spec().id(), e);
        }
        for (var process : running.values()) {
            try {
                process.end()
                        .copy()
                        .orTimeout(MOST_SECONDS_LOSING, TimeUnit.SECONDS)
                        .join();
            } catch (CompletionException e) {
                LOG.warn(
                        "process {} of {} ended in its own way",
                        process.pid(),
                        host.spec().id(),
                        e);
            }
        }
        closeFiles();
    }

    @Override
    public boolean isLetGo() {
        return letGo;
    }

    /** The agent goes and nothing inside is touched; the next one goes on here. */
    @Override
    public void close() {
        letGo = true;
        closed = true;
        running.values().forEach(LiveProcess::disconnect);
        closeFiles();
    }

    private void closeFiles() {
        try {
            helper.close();
            ended.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
