package dev.elevo.localstack.microvm;

import dev.elevo.contract.testing.Hosts;
import dev.elevo.localstack.launch.GuestProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** The inside of a MicroVM: the real agent, in a container of its own for which it is the whole machine. */
final class Guest {
    private static final Duration LONGEST_BOOT = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Process process;
    private final Freezer freezer;
    private final Path directory;
    private final int agentPort;
    private final GuestHooks hooks;

    private Guest(Process process, Freezer freezer, Path directory, int agentPort, GuestHooks hooks) {
        this.process = process;
        this.freezer = freezer;
        this.directory = directory;
        this.agentPort = agentPort;
        this.hooks = hooks;
    }

    /** As it is in an image: everything is loaded, and nobody has told it whose it is. */
    static Guest boot(Path root, Path machines) throws IOException {
        var name = "vm-" + UUID.randomUUID().toString().substring(0, 8);
        var directory = Files.createDirectory(machines.resolve(name));
        var agentPort = Hosts.freePort();
        var hooksPort = Hosts.freePort();
        var freezer = Freezer.make(name);
        var log = machines.resolve(name + ".log");
        var process = new ProcessBuilder(freezer.within(GuestProgram.command(root, directory, agentPort, hooksPort)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var guest = new Guest(process, freezer, directory, agentPort, new GuestHooks(hooksPort));
        try {
            guest.awaitReady(log);
            return guest;
        } catch (IOException | RuntimeException | Error e) {
            guest.kill();
            throw e;
        }
    }

    private void awaitReady(Path log) throws IOException {
        var deadline = System.nanoTime() + LONGEST_BOOT.toNanos();
        while (hook("ready", "") != 200) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("no guest: " + Files.readString(log));
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** The status of the answer; 0 where nobody answers. */
    int hook(String name, String body) throws IOException {
        return hooks.call(name, body);
    }

    int agentPort() {
        return agentPort;
    }

    void freeze() throws IOException {
        freezer.freeze();
    }

    void thaw() throws IOException {
        freezer.thaw();
    }

    /** As power that fails. */
    void kill() throws IOException {
        freezer.thaw();
        freezer.kill();
        freezer.remove();
        Files.delete(directory);
        hooks.close();
    }

    boolean isAlive() {
        return process.isAlive();
    }
}
