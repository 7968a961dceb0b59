package dev.elevo.agent.helper;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The helper as the build made it, as a plain process outside any sandbox; its children have this test's rights. */
public final class RealHelper implements AutoCloseable {
    private final Process process;
    private final Path socket;

    public RealHelper(Path directory) throws IOException {
        var program = Objects.requireNonNull(System.getProperty("elevo.helper"), "the build names the helper");
        socket = directory.resolve("helper.sock");
        process = new ProcessBuilder(program, "listen", socket.toString(), "--", program, "init", "3")
                .inheritIO()
                .start();
        awaitGreeting();
    }

    private void awaitGreeting() throws IOException {
        for (var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); ; Eventually.pause()) {
            try (var helper = new Helper(socket)) {
                helper.greet();
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
        }
    }

    public Path socket() {
        return socket;
    }

    public long pid() {
        return process.pid();
    }

    public long openDescriptors() {
        try (var descriptors = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return descriptors.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long children() {
        return process.toHandle().children().count();
    }

    @Override
    public void close() throws IOException {
        var inside = process.toHandle().descendants().toList();
        // The helper first, as pid 1 of a sandbox: it must not live to tell of the others' ends.
        process.destroyForcibly().onExit().join();
        inside.forEach(ProcessHandle::destroyForcibly);
    }

    public static String user() {
        return Objects.requireNonNull(System.getProperty("user.name"));
    }

    public static ExecRequest shell(String command) {
        return exec(List.of("/bin/sh", "-c", command));
    }

    public static ExecRequest exec(List<String> arguments) {
        return new ExecRequest(
                user(), "/", arguments, Map.of(), false, new ExecRequest.NoInput(), null, null, new byte[0]);
    }

    public static ExecRequest withStdin(ExecRequest request, ExecRequest.Stdin stdin) {
        return new ExecRequest(
                request.user(),
                request.directory(),
                request.arguments(),
                request.environment(),
                request.bareEnvironment(),
                stdin,
                request.terminal(),
                request.timeout(),
                request.note());
    }

    public static ExecRequest withTimeout(ExecRequest request, ExecRequest.Timeout timeout) {
        return new ExecRequest(
                request.user(),
                request.directory(),
                request.arguments(),
                request.environment(),
                request.bareEnvironment(),
                request.stdin(),
                request.terminal(),
                timeout,
                request.note());
    }

    public static ExecRequest onTerminal(ExecRequest request, int rows, int columns) {
        return new ExecRequest(
                request.user(),
                request.directory(),
                request.arguments(),
                request.environment(),
                request.bareEnvironment(),
                new ExecRequest.OpenInput(),
                new ExecRequest.Terminal(rows, columns),
                request.timeout(),
                request.note());
    }
}
