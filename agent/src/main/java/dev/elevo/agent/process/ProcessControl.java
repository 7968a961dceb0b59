package dev.elevo.agent.process;

import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.Kill;
import dev.elevo.contract.process.Killed;
import dev.elevo.contract.process.Written;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Signals to processes, and input for them. */
final class ProcessControl {
    private static final int FIRST_PROCESS = 1;
    private static final int LONGEST_STEP_MILLIS = 50;

    /** In which a process that reads has read; one that does not is told to the caller. */
    private static final Duration READING_TIME = Duration.ofSeconds(5);

    private final SandboxProcesses processes;

    ProcessControl(SandboxProcesses processes) {
        this.processes = processes;
    }

    Killed kill(int pid, Kill how) throws IOException, InterruptedException {
        if (pid == FIRST_PROCESS) {
            throw forbidden(pid).asException();
        }
        var live = processes.running(pid);
        var begun = live.isPresent() ? "" : startOf(pid);
        signal(pid, Signals.number(how.signal()));
        if (!how.await()) {
            return answer(pid, how, false, null);
        }
        var exitCode =
                live.isPresent() ? awaitEnd(live.get(), how.timeoutMs()) : awaitGone(pid, begun, how.timeoutMs());
        return answer(pid, how, true, exitCode.orElse(null));
    }

    private static Killed answer(int pid, Kill how, boolean exited, @Nullable Integer exitCode) {
        return new Killed(true, how.signal() + " was sent", pid, how.signal(), exited, exitCode);
    }

    private void signal(int pid, int signal) throws IOException {
        try {
            processes.signalGroup(pid, signal);
        } catch (HelperRefusal refusal) {
            throw (refusal.step() == FailedStep.FORBIDDEN ? forbidden(pid) : SandboxProcesses.notFound(pid))
                    .causedBy(refusal);
        }
    }

    private Optional<Integer> awaitEnd(LiveProcess live, int millis) throws InterruptedException {
        try {
            return Optional.of(
                    live.end().get(millis, TimeUnit.MILLISECONDS).record().exitCode());
        } catch (TimeoutException e) {
            throw lives(live.pid()).causedBy(e);
        } catch (ExecutionException e) {
            return Optional.empty(); // over, and nothing true can be said of it
        }
    }

    /** Nobody tells us of the end of what we did not start. */
    private Optional<Integer> awaitGone(int pid, String begun, int millis) throws IOException, InterruptedException {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (int step = 1; isThere(pid, begun); step = Math.min(2 * step, LONGEST_STEP_MILLIS)) {
            if (System.nanoTime() > until) {
                throw lives(pid).asException();
            }
            Thread.sleep(step);
        }
        return Optional.empty();
    }

    private boolean isThere(int pid, String begun) throws IOException {
        try {
            return begun.equals(ProcFiles.startOf(processes.inspect(pid)).orElse(""));
        } catch (HelperRefusal gone) {
            return false;
        }
    }

    /** Tells it from another that may have its number later. */
    private String startOf(int pid) throws IOException {
        try {
            return ProcFiles.startOf(processes.inspect(pid))
                    .orElseThrow(() -> SandboxProcesses.notFound(pid).asException());
        } catch (HelperRefusal refusal) {
            throw SandboxProcesses.notFound(pid).causedBy(refusal);
        }
    }

    Written write(int pid, byte[] data, boolean eof) throws IOException, InterruptedException {
        var live = switch (processes.withPid(pid)) {
            case FoundProcess.Live(var process) -> process;
            case FoundProcess.Ended ended -> throw stdinClosed(pid);
        };
        var taken = data.length == 0 ? 0 : live.write(data, READING_TIME);
        if (taken == HelperProcess.STDIN_CLOSED) {
            throw stdinClosed(pid);
        }
        if (taken == 0 && data.length > 0) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "The process does not read its stdin; nothing was written",
                            Map.of("resource", "stdin", "limit", HelperProcess.STDIN_WINDOW, "pid", pid))
                    .asException();
        }
        if (taken < data.length) {
            return new Written(
                    true,
                    "The process reads no more for now; send the rest" + (eof ? " and eof" : "") + " later",
                    taken);
        }
        if (eof && !live.endInput()) {
            throw stdinClosed(pid);
        }
        return new Written(true, eof ? "Written, and stdin closed" : "Written", taken);
    }

    private static RuntimeException stdinClosed(int pid) {
        return new Failure.Refused(ErrorCode.STDIN_CLOSED, "The stdin of the process is not open", Map.of("pid", pid))
                .asException();
    }

    private static Failure forbidden(int pid) {
        return new Failure.Refused(
                ErrorCode.FORBIDDEN, "The process belongs to the sandbox itself", Map.of("pid", pid));
    }

    private static Failure lives(int pid) {
        return new Failure.Refused(ErrorCode.PROCESS_TIMEOUT, "The process did not end in time", Map.of("pid", pid));
    }
}
