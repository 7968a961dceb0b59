package dev.elevo.agent.process;

import dev.elevo.agent.stream.Link;
import dev.elevo.agent.stream.Session;
import dev.elevo.agent.stream.StreamSource;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Streams of what processes write, on terminals and without. */
@Singleton
final class OutputStreams implements StreamSource {
    private static final Set<String> KINDS = Set.of(StreamTarget.PTY, StreamTarget.CONSOLE, StreamTarget.PROCESS);

    private final Processes processes;
    private final ServerMessages says;

    OutputStreams(Processes processes, ObjectMapper json) {
        this.processes = processes;
        this.says = new ServerMessages(json, InstantSource.system());
    }

    @Override
    public boolean serves(String kind) {
        return KINDS.contains(kind);
    }

    @Override
    public void check(String sandboxId, StreamTarget target) {
        inSandbox(sandboxId, target, all -> find(all, target));
    }

    @Override
    public Session open(String sandboxId, StreamTarget target, Link link) {
        return inSandbox(sandboxId, target, all -> {
            var found = find(all, target);
            var isTerminal = isTerminal(target);
            var history = Boolean.parseBoolean(
                    target.parameters().getOrDefault(StreamTarget.HISTORY, isTerminal ? "false" : "true"));
            return OutputSession.open(
                    all,
                    found,
                    new OutputSession.Wish(
                            isTerminal, history, target.parameters().get(StreamTarget.CURSOR)),
                    says,
                    link::tell);
        });
    }

    private <T> T inSandbox(String sandboxId, StreamTarget target, Processes.Action<T> action) {
        try {
            return processes.inSandbox(sandboxId, action);
        } catch (ApiException e) {
            if (isTerminal(target) && e.failure() instanceof Failure.Unavailable) {
                throw new Failure.Refused(ErrorCode.PTY_CONNECTION_FAILED, "The terminal does not answer").causedBy(e);
            }
            throw e;
        }
    }

    private static boolean isTerminal(StreamTarget target) {
        return !target.kind().equals(StreamTarget.PROCESS);
    }

    private static FoundProcess find(SandboxProcesses all, StreamTarget target) throws IOException {
        return switch (target.kind()) {
            case StreamTarget.CONSOLE -> new FoundProcess.Live(console(all));
            case StreamTarget.PTY -> Ptys.find(all, pid(target));
            default -> all.withPid(pid(target));
        };
    }

    private static LiveProcess console(SandboxProcesses all) throws IOException {
        try {
            return all.openConsole();
        } catch (ApiException e) {
            if (e.failure().code() == ErrorCode.SANDBOX_NOT_RUNNING) {
                throw e;
            }
            throw new Failure.Refused(
                            ErrorCode.PTY_CONNECTION_FAILED,
                            "The sandbox's shell cannot be started",
                            Map.of("reason", e.failure().message()))
                    .causedBy(e);
        }
    }

    private static int pid(StreamTarget target) {
        @Nullable String pid = target.parameters().get(StreamTarget.PID);
        if (pid == null || !pid.matches("[1-9][0-9]{0,8}")) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The stream names no process").asException();
        }
        return Integer.parseInt(pid);
    }
}
