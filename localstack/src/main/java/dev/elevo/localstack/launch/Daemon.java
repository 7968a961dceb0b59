package dev.elevo.localstack.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process beside ours that does not end with it: when this program dies, sandboxes and state live on, and the next start finds
 * the process again by the note it left in the home.
 */
final class Daemon {
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(20);

    private final String name;
    private final ProcessHandle process;
    private final int port;
    private final boolean reused;

    private Daemon(String name, ProcessHandle process, int port, boolean reused) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.reused = reused;
    }

    /** The one of an earlier start, if it lives and is of this build. One of another build is ended. */
    static Optional<Daemon> find(Home home, String name, String build) throws IOException {
        var note = home.file(name + ".pid");
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(note)) {
            properties.load(reader);
        }
        var living = ProcessHandle.of(Long.parseLong(properties.getProperty("pid")))
                .filter(handle -> handle.isAlive() && startOf(handle).equals(properties.getProperty("started")));
        if (living.isEmpty()) {
            return Optional.empty();
        }
        var daemon = new Daemon(name, living.get(), Integer.parseInt(properties.getProperty("port")), true);
        if (build.equals(properties.getProperty("build"))) {
            return Optional.of(daemon);
        }
        daemon.stop(home);
        return Optional.empty();
    }

    static Daemon start(
            Home home, String name, String build, int port, List<String> command, Map<String, String> environment)
            throws IOException {
        var detached = new ArrayList<String>();
        detached.add("setsid"); // a session of its own: Ctrl-C in the terminal is for us, not for it
        detached.addAll(command);
        var builder = new ProcessBuilder(detached)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.logs().resolve(name + ".log").toFile()));
        builder.environment().putAll(environment);
        var process = builder.start().toHandle();
        home.write(
                name + ".pid",
                "pid=" + process.pid() + "\nstarted=" + startOf(process) + "\nport=" + port + "\nbuild=" + build
                        + "\n");
        return new Daemon(name, process, port, false);
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean isReused() {
        return reused;
    }

    void stop(Home home) throws IOException {
        process.destroy();
        try {
            process.onExit().get(PATIENCE_AT_END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IOException("waiting for " + name + " to end", e);
        }
        Files.deleteIfExists(home.file(name + ".pid"));
    }

    /** A pid alone may be another's by now. */
    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("?");
    }
}
