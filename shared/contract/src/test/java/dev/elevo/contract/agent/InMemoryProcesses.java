package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import dev.elevo.contract.process.ProcessState;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.Spawned;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.process.WriteRequest;
import dev.elevo.contract.process.Written;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one sandbox in memory. Knows {@code true}, {@code false}, {@code echo WORDS}, {@code cat}, {@code exit N},
 * {@code head -c N /dev/zero} and {@code sleep}, which sleeps until its sandbox ends; the directories {@code /} and
 * {@code /home/user} and the file {@code /file}. Of languages it has {@code bash}, in which code is such a command; a sleeper that
 * was spawned with a stdin takes {@value #STDIN_ROOM} bytes.
 */
final class InMemoryProcesses {
    private static final List<String> DIRECTORIES = List.of("/", "/home/user", "/tmp");

    private final SandboxSpec sandbox;
    private final InstantSource clock;
    private final AtomicInteger pids = new AtomicInteger(1);
    private final ConcurrentMap<Integer, Started> processes = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable ToolRun> lastTool = new AtomicReference<>();
    private final ConcurrentMap<String, Started> once = new ConcurrentHashMap<>();

    InMemoryProcesses(SandboxSpec sandbox, InstantSource clock) {
        this.sandbox = sandbox;
        this.clock = clock;
    }

    static final int STDIN_ROOM = 10;

    private static final class Started {
        final int pid;
        final RunRequest request;
        final Instant startedAt;
        final CountDownLatch ended = new CountDownLatch(1);
        volatile String stdout = "";
        volatile @Nullable String tag;
        volatile boolean spawned;
        volatile boolean stdinOpen;
        final AtomicInteger stdinTaken = new AtomicInteger();
        volatile @Nullable RunResult result;

        Started(int pid, RunRequest request, Instant startedAt) {
            this.pid = pid;
            this.request = request;
            this.startedAt = startedAt;
        }

        void end(int exitCode, String output) {
            stdout = output;
            result = new RunResult(exitCode, spell(output, request.encoding()), "", null, null, 1, false, false);
            ended.countDown();
        }
    }

    Spawned spawn(SpawnRequest request, @Nullable String onceKey) {
        var process =
                onceKey == null ? start(request.asRun()) : once.computeIfAbsent(onceKey, key -> start(request.asRun()));
        process.spawned = true;
        process.tag = request.tag();
        process.stdinOpen = Boolean.TRUE.equals(request.stdin()) && process.result == null;
        return new Spawned(process.pid, request.command(), process.startedAt, request.tag());
    }

    RunAnswer runCode(CodeRunRequest request, @Nullable String onceKey) {
        if (!request.language().equals("bash")) {
            throw new Failure.Refused(
                            ErrorCode.LANGUAGE_NOT_SUPPORTED, "not here", Map.of("program", request.language()))
                    .asException();
        }
        var answer = run(
                new RunRequest(
                        request.code(),
                        null,
                        null,
                        request.cwd(),
                        request.env(),
                        null,
                        request.user(),
                        null,
                        request.timeoutMs(),
                        request.waitMs(),
                        null,
                        null,
                        request.input()),
                onceKey);
        return answer instanceof RunResult result && Boolean.TRUE.equals(request.captureCharts())
                ? new RunResult(
                        result.exitCode(),
                        result.stdout(),
                        result.stderr(),
                        result.error(),
                        result.signal(),
                        result.durationMs(),
                        result.timedOut(),
                        result.truncated(),
                        List.of())
                : answer;
    }

    List<ProcessInfo> list(ProcessQuery query) {
        return processes.keySet().stream()
                .sorted()
                .map(this::get)
                .filter(info -> query.includeExited() || info.state() != ProcessState.EXITED)
                .filter(info -> query.user() == null || query.user().equals(info.user()))
                .filter(info -> query.command() == null
                        || info.command().matches(query.command().replace("*", ".*")))
                .toList();
    }

    Killed kill(int pid, Kill how) {
        if (pid == 1) {
            throw InMemoryAgent.refused(ErrorCode.FORBIDDEN, "not that one");
        }
        var process = process(pid);
        if (process.result != null) {
            throw InMemoryAgent.refused(ErrorCode.PROCESS_NOT_FOUND, "it is over");
        }
        if (how.await() && how.signal().equals("SIGCONT")) {
            throw InMemoryAgent.refused(ErrorCode.PROCESS_TIMEOUT, "it goes on");
        }
        process.end(-1, process.stdout);
        return new Killed(true, "sent", pid, how.signal(), how.await(), how.await() ? -1 : null);
    }

    Written write(int pid, WriteRequest request) {
        var process = process(pid);
        if (!process.stdinOpen || process.result != null) {
            throw InMemoryAgent.refused(ErrorCode.STDIN_CLOSED, "closed");
        }
        var length = request.data() == null ? 0 : request.data().length();
        var taken = Math.min(length, STDIN_ROOM - process.stdinTaken.get());
        process.stdinTaken.addAndGet(taken);
        if (Boolean.TRUE.equals(request.eof())) {
            process.stdinOpen = false;
        }
        return new Written(true, "written", taken);
    }

    RunAnswer started(RunRequest request, @Nullable String onceKey) {
        var process = onceKey == null ? start(request) : once.computeIfAbsent(onceKey, key -> start(request));
        return new StillRunning(process.pid, request.command(), process.startedAt);
    }

    RunAnswer run(RunRequest request, @Nullable String onceKey) {
        var process = onceKey == null ? start(request) : once.computeIfAbsent(onceKey, key -> start(request));
        return await(process, request.waitMs() == null ? 0 : request.waitMs());
    }

    RunAnswer runTool(ToolRun tool, @Nullable String onceKey, Function<ToolRun, Optional<RunResult>> end) {
        var process =
                onceKey == null ? startTool(tool, end) : once.computeIfAbsent(onceKey, key -> startTool(tool, end));
        return await(process, tool.waitMs());
    }

    private Started startTool(ToolRun tool, Function<ToolRun, Optional<RunResult>> end) {
        var ended = end.apply(tool);
        lastTool.set(tool);
        var process = new Started(pids.incrementAndGet(), tool.asRun(), clock.instant());
        processes.put(process.pid, process);
        ended.ifPresent(result -> {
            process.result = new RunResult(
                    result.exitCode(),
                    spell(result.stdout(), "base64"),
                    spell(result.stderr(), "base64"),
                    result.error(),
                    result.signal(),
                    result.durationMs(),
                    result.timedOut(),
                    result.truncated(),
                    null,
                    tool.mark());
            process.ended.countDown();
        });
        return process;
    }

    ToolRun lastTool() {
        return Objects.requireNonNull(lastTool.get());
    }

    RunAnswer result(int pid, int waitMs) {
        var process = process(pid);
        if (process.spawned) {
            throw InMemoryAgent.refused(ErrorCode.PROCESS_NOT_FOUND, "nobody waits for it");
        }
        return await(process, waitMs);
    }

    ProcessInfo get(int pid) {
        var process = process(pid);
        var result = process.result;
        return new ProcessInfo(
                pid,
                1,
                process.request.command(),
                List.of(),
                sandbox.workDir(),
                sandbox.user(),
                Map.of(),
                process.startedAt,
                0,
                0,
                result == null ? ProcessState.SLEEPING : ProcessState.EXITED,
                process.tag,
                result == null ? null : result.exitCode(),
                result == null ? null : process.startedAt);
    }

    OutputPage output(int pid, OutputQuery query) {
        var process = process(pid);
        var result = process.result;
        var stdout = process.stdout;
        int from = position(query.cursor());
        if (from > stdout.length()) {
            throw InMemoryAgent.refused(ErrorCode.INVALID_REQUEST, "bad cursor");
        }
        int limit = query.limit() == null ? OutputQuery.DEFAULT_LIMIT : query.limit();
        int to = Math.min(stdout.length(), from + limit);
        var text = stdout.substring(from, to);
        var chunks = text.isEmpty() || "stderr".equals(query.stream())
                ? List.<OutputPage.Chunk>of()
                : List.of(new OutputPage.Chunk("stdout", spell(text, query.encoding()), from));
        return new OutputPage(
                chunks,
                "at-" + to,
                result != null && to == stdout.length(),
                result == null ? null : result.exitCode(),
                0);
    }

    /** Whoever waits learns that the sandbox ended. */
    void end() {
        processes.values().forEach(process -> process.ended.countDown());
    }

    private Started start(RunRequest request) {
        check(request);
        var process = new Started(pids.incrementAndGet(), request, clock.instant());
        processes.put(process.pid, process);
        var words = request.command().split(" ");
        switch (words[0]) {
            case "true" -> process.end(0, "");
            case "false" -> process.end(1, "");
            case "exit" -> process.end(Integer.parseInt(words[1]), "");
            case "echo" -> process.end(0, request.command().substring("echo ".length()) + "\n");
            case "cat" -> process.end(0, request.input() == null ? "" : request.input());
            case "head" -> process.end(0, "\0".repeat(Integer.parseInt(words[2])));
            case "sleep" -> {}
            default -> process.end(127, "");
        }
        return process;
    }

    static void check(RunRequest request) {
        var cwd = request.cwd();
        if ("/file".equals(cwd)) {
            throw InMemoryAgent.refused(ErrorCode.NOT_A_DIRECTORY, cwd + " is not a directory");
        }
        if (cwd != null && !DIRECTORIES.contains(cwd)) {
            throw InMemoryAgent.refused(ErrorCode.FILE_NOT_FOUND, cwd + " not found");
        }
        if (Boolean.FALSE.equals(request.useShell()) && request.command().startsWith("/nowhere")) {
            throw InMemoryAgent.refused(ErrorCode.COMMAND_FAILED, request.command() + " cannot be started");
        }
    }

    private RunAnswer await(Started process, int waitMs) {
        try {
            if (!process.ended.await(waitMs, TimeUnit.MILLISECONDS)) {
                return new StillRunning(process.pid, process.request.command(), process.startedAt);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        var result = process.result;
        if (result == null) {
            throw InMemoryAgent.refused(ErrorCode.PROCESS_KILLED, "The sandbox ended");
        }
        return result;
    }

    private Started process(int pid) {
        var process = processes.get(pid);
        if (process == null) {
            throw InMemoryAgent.refused(ErrorCode.PROCESS_NOT_FOUND, "Process " + pid + " not found");
        }
        return process;
    }

    private static int position(@Nullable String cursor) {
        if (cursor == null) {
            return 0;
        }
        if (!cursor.matches("at-\\d{1,9}")) {
            throw InMemoryAgent.refused(ErrorCode.INVALID_REQUEST, "bad cursor");
        }
        return Integer.parseInt(cursor.substring("at-".length()));
    }

    private static String spell(String text, @Nullable String encoding) {
        return "base64".equals(encoding)
                ? Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                : text;
    }
}
