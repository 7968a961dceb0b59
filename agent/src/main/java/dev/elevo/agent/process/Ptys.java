package dev.elevo.agent.process;

import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The terminals of all sandboxes. Each is a process like any other, on a terminal that the helper holds: no agent ends with it. */
@Singleton
public final class Ptys implements PtyAgent {
    /** For a terminal to take what is typed. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Ptys.class);
    private static final long GRACE_SECONDS = 5;
    private static final long PERIOD_SECONDS = 1;

    private final Processes processes;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ptys").daemon().factory());

    Ptys(Processes processes) {
        this.processes = processes;
        var _ = timer.scheduleWithFixedDelay(this::endIdle, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public PtyInfo create(String sandboxId, CreatePty request, @Nullable String onceKey) {
        return processes.inSandbox(sandboxId, all -> info(all.openTerminal(request, onceKey)));
    }

    @Override
    public List<PtyInfo> list(String sandboxId) {
        return processes.inSandbox(
                sandboxId,
                all -> all.allTerminals()
                        .map(Terminals::info)
                        .sorted(Comparator.comparing(PtyInfo::createdAt).thenComparingInt(PtyInfo::pid))
                        .toList());
    }

    @Override
    public PtyInfo get(String sandboxId, int pid) {
        return processes.inSandbox(sandboxId, all -> info(find(all, pid)));
    }

    private static PtyInfo info(FoundProcess found) {
        return switch (found) {
            case FoundProcess.Live(var live) -> Terminals.info(live);
            case FoundProcess.Ended(var ended) -> Terminals.info(ended.record());
        };
    }

    @Override
    public void hangUp(String sandboxId, int pid, @Nullable String onceKey) {
        processes.inSandbox(
                sandboxId,
                all -> all.once().doOnce(onceKey, Boolean.class, () -> {
                    hangUp(all, active(all, pid, notFound(pid)));
                    return true;
                }));
    }

    private void hangUp(SandboxProcesses all, LiveProcess live) {
        all.signal(live.process(), Signals.HANG_UP);
        var _ = timer.schedule(
                () -> {
                    if (!live.end().isDone()) {
                        Thread.ofVirtual().start(() -> all.signal(live.process(), Signals.KILL));
                    }
                },
                GRACE_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public PtySize resize(String sandboxId, int pid, int cols, int rows) {
        return processes.inSandbox(sandboxId, all -> {
            resize(all, active(all, pid, ended(ErrorCode.PTY_RESIZE_FAILED, pid)), cols, rows);
            return new PtySize(pid, cols, rows);
        });
    }

    static void resize(SandboxProcesses all, LiveProcess live, int cols, int rows) throws IOException {
        try {
            all.resize(live, cols, rows);
        } catch (HelperRefusal refusal) {
            if (refusal.step() == FailedStep.MISSING) {
                throw ended(ErrorCode.PTY_RESIZE_FAILED, live.pid()).causedBy(refusal);
            }
            throw refusal;
        }
    }

    @Override
    public int write(String sandboxId, int pid, byte[] bytes, @Nullable String onceKey) {
        return processes.inSandbox(
                sandboxId,
                all -> all.once().doOnce(onceKey, Integer.class, () -> {
                    write(active(all, pid, ended(ErrorCode.PTY_WRITE_FAILED, pid)), bytes);
                    return bytes.length;
                }));
    }

    /** All of it, or 4104. */
    static void write(LiveProcess live, byte[] bytes) throws IOException, InterruptedException {
        int taken;
        try {
            taken = live.write(bytes, PATIENCE);
        } catch (IOException e) {
            throw ended(ErrorCode.PTY_WRITE_FAILED, live.pid()).causedBy(e);
        }
        if (taken < bytes.length) {
            throw new Failure.Refused(
                            ErrorCode.PTY_WRITE_FAILED,
                            live.end().isDone()
                                    ? "The terminal has ended"
                                    : "Nobody reads what is typed on the terminal",
                            Map.of("pid", live.pid(), "bytesWritten", Math.max(0, taken)))
                    .asException();
        }
    }

    /** The terminal, also one that has ended. */
    static FoundProcess find(SandboxProcesses all, int pid) throws IOException {
        FoundProcess found;
        try {
            found = all.withPid(pid);
        } catch (ApiException e) {
            throw notFound(pid).causedBy(e);
        }
        var note = switch (found) {
            case FoundProcess.Live(var live) -> live.note();
            case FoundProcess.Ended(var ended) -> ended.record().note();
        };
        if (note.terminal() == null) {
            throw notFound(pid).asException();
        }
        return found;
    }

    private static LiveProcess active(SandboxProcesses all, int pid, Failure otherwise) throws IOException {
        return switch (find(all, pid)) {
            case FoundProcess.Live(var live) when !live.end().isDone() -> live;
            case FoundProcess.Live(var live) -> throw otherwise.asException();
            case FoundProcess.Ended(var ended) -> throw otherwise.asException();
        };
    }

    private static Failure notFound(int pid) {
        return new Failure.Refused(ErrorCode.PTY_NOT_FOUND, "No such terminal", Map.of("pid", pid));
    }

    static Failure ended(ErrorCode code, int pid) {
        return new Failure.Refused(code, "The terminal has ended", Map.of("pid", pid));
    }

    /** A round that fails must not be the last. */
    private void endIdle() {
        try {
            var now = Instant.now();
            for (var sandbox : processes.open()) {
                // What is frozen is not idle: it will have all its time again.
                sandbox.allTerminals()
                        .filter(terminal -> isIdle(sandbox, terminal, now))
                        .forEach(terminal -> {
                            LOG.info("terminal {} was idle for its time", terminal.pid());
                            terminal.noteActivity(); // so that this is not said again at once
                            Thread.ofVirtual().start(() -> hangUp(sandbox, terminal));
                        });
            }
        } catch (RuntimeException e) {
            LOG.error("looking for idle terminals failed", e);
        }
    }

    private static boolean isIdle(SandboxProcesses sandbox, LiveProcess terminal, Instant now) {
        if (sandbox.isFrozen()) {
            terminal.noteActivity();
            return false;
        }
        var idleMs = Terminals.terminal(terminal.note()).idleMs();
        return idleMs > 0 && !now.isBefore(terminal.lastActivityAt().plusMillis(idleMs));
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
    }
}
