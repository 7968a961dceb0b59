package dev.elevo.agent.driver;

import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * No wall at all: what runs "inside" is a process of the host with the agent's own rights. For developing on machines that offer
 * nothing better, and only where the operator asked for it by name.
 */
final class ProcessDriver implements IsolationDriver {
    private static final Duration START_TIME = Duration.ofSeconds(10);
    private static final Duration KILL_TIME = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 1_000_000;

    private final Path helper;
    private final Trash trash;

    ProcessDriver(Path helper, Trash trash) {
        this.helper = helper;
        this.trash = trash;
    }

    @Override
    public Isolation isolation() {
        return Isolation.PROCESS;
    }

    @Override
    public String runtime() {
        return "no isolation";
    }

    @Override
    public Map<String, Boolean> enforced() {
        return Map.of("cpu", false, "memory", false, "pids", false, "network", false, "disk", false);
    }

    @Override
    public List<String> templates() {
        return List.of(Templates.BASE);
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        Files.createDirectories(home(slot));
        Templates.mode(slot.directory(), "rwx------");
        Files.deleteIfExists(slot.helperSocket());
        // In a session of its own, or Ctrl-C at the agent's terminal would end it.
        var process = new ProcessBuilder(
                        "setsid",
                        helper.toString(),
                        "listen",
                        slot.helperSocket().toString(),
                        "--",
                        helper.toString(),
                        "init",
                        "3")
                .directory(slot.directory().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(slot.log().toFile())
                .start();
        var deadline = System.nanoTime() + START_TIME.toNanos();
        while (!Files.exists(slot.helperSocket())) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the helper did not start: " + Command.said(slot.log()));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        var id = ProcessId.of(process.pid()).orElseThrow(() -> new IOException("the helper ended at once"));
        Files.writeString(slot.pidFile(), id.pid() + " " + id.startedAt());
        return id;
    }

    @Override
    public boolean sameShape(SandboxSpec one, SandboxSpec other) {
        return true;
    }

    @Override
    public void resize(Slot slot, Resources resources) {
        // Nothing is enforced, as enforced() says.
    }

    /** There is no root of its own: its home is a directory of ours, and nobody but us is anybody there. */
    @Override
    public SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) {
        return new SandboxSpec(
                spec.id(),
                spec.template(),
                spec.env(),
                home(slot).toString(),
                System.getProperty("user.name"),
                spec.shell(),
                spec.resources(),
                spec.network(),
                spec.requireEnforced(),
                spec.deadline());
    }

    private static Path home(Slot slot) {
        return slot.directory().resolve("home");
    }

    @Override
    public void kill(Slot slot) throws IOException {
        var helperProcess = read(slot.pidFile());
        if (helperProcess != null && helperProcess.alive()) {
            var handle = ProcessHandle.of(helperProcess.pid());
            var deadline = System.nanoTime() + KILL_TIME.toNanos();
            // Orphans become the helper's children, so it goes last.
            while (handle.map(living -> living.descendants()
                                    .peek(ProcessHandle::destroyForcibly)
                                    .count()
                            > 0)
                    .orElse(false)) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("processes of slot " + slot.name() + " do not end");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            helperProcess.kill();
            handle.ifPresent(living -> living.onExit().join());
        }
        Files.deleteIfExists(slot.pidFile());
        Files.deleteIfExists(slot.helperSocket());
    }

    private static @Nullable ProcessId read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        var words = Files.readString(file).strip().split(" ", 2);
        return new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    @Override
    public void remove(Slot slot) throws IOException {
        kill(slot);
        trash.throwAway(slot.directory());
    }

    @Override
    public void sweep(List<Slot> kept) {
        // Whatever this driver starts is found by a file in its slot.
    }

    @Override
    public void close() {}
}
