package dev.elevo.agent.process;

import dev.elevo.agent.helper.RealHelper;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One sandbox that is none: a real helper, a state folder, and an agent that can be restarted or killed. */
final class Agent implements AutoCloseable {
    /** Of this JVM alone: what it leaves in /tmp, which is everybody's, bears the name. */
    static final String SANDBOX = Ids.SANDBOX.random();

    private final RealHelper real;
    private final ProcessHost host;
    private final InstantSource clock;
    private final long mostEndedOutput;
    private volatile boolean running = true;
    private final AtomicLong memoryKills = new AtomicLong();
    private Processes processes;

    Agent(Path directory) throws IOException {
        this(directory, InstantSource.system());
    }

    Agent(Path directory, InstantSource clock) throws IOException {
        this(directory, clock, SandboxProcesses.MOST_ENDED_OUTPUT);
    }

    Agent(Path directory, InstantSource clock, long mostEndedOutput) throws IOException {
        this.clock = clock;
        this.mostEndedOutput = mostEndedOutput;
        real = new RealHelper(directory);
        var spec = spec();
        host = new ProcessHost(
                spec,
                true,
                real.socket(),
                Files.createDirectories(directory.resolve("state")),
                memoryKills::get,
                () -> false);
        processes = open();
    }

    private static SandboxSpec spec() {
        return new SandboxSpec(
                SANDBOX,
                "host",
                Map.of("FROM_SANDBOX", "yes"),
                "/",
                RealHelper.user(),
                "/bin/sh",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null,
                null);
    }

    private Processes open() {
        return new Processes(this::find, ObjectMapper.getDefault(), new AnswerRoom(), clock, mostEndedOutput);
    }

    private Optional<ProcessHost> find(String id) {
        return id.equals(SANDBOX)
                ? Optional.of(new ProcessHost(
                        host.spec(),
                        running,
                        host.helperSocket(),
                        host.stateDirectory(),
                        memoryKills::get,
                        () -> false))
                : Optional.empty();
    }

    /** As the kernel counts it. */
    void countMemoryKill() {
        memoryKills.incrementAndGet();
    }

    /** An agent beside this one, for the same sandbox. */
    static Processes processes(Path socket, Path state) {
        var host = new ProcessHost(spec(), true, socket, state, () -> 0, () -> false);
        return new Processes(
                id -> id.equals(SANDBOX) ? Optional.of(host) : Optional.empty(),
                ObjectMapper.getDefault(),
                new AnswerRoom(),
                InstantSource.system(),
                SandboxProcesses.MOST_ENDED_OUTPUT);
    }

    static int startIn(Processes processes, RunRequest request) {
        return ((StillRunning) processes.run(SANDBOX, request, null)).pid();
    }

    /** As kill -9 leaves it: what was in memory is gone. */
    void restart() {
        processes.close();
        processes = open();
        processes.sandboxThawed(SANDBOX);
    }

    void stopSandbox() throws IOException {
        running = false;
        real.close();
        processes.sandboxEnded(SANDBOX);
    }

    Processes processes() {
        return processes;
    }

    RealHelper real() {
        return real;
    }

    Path state() {
        return host.stateDirectory();
    }

    RunResult run(String command) {
        return run(Requests.command(command).build());
    }

    RunResult run(RunRequest request) {
        return (RunResult) processes.run(SANDBOX, request, null);
    }

    RunAnswer run(RunRequest request, String onceKey) {
        return processes.run(SANDBOX, request, onceKey);
    }

    int start(RunRequest request) {
        return startIn(processes, request);
    }

    RunResult result(int pid) {
        return (RunResult) processes.result(SANDBOX, pid, Processes.MOST_WAIT_MS);
    }

    OutputPage output(int pid, @Nullable String cursor) {
        return output(pid, new OutputQuery(null, cursor, null, 5000, null));
    }

    OutputPage output(int pid, OutputQuery query) {
        return processes.output(SANDBOX, pid, query);
    }

    @Override
    public void close() throws IOException {
        processes.close();
        real.close();
    }
}
