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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process beside ours that does not end with it: when this program dies, sandboxes and state live on, and the next start finds
 * the process again by the note it left in the home. When the process dies while we live, it is started again on its port.
 */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(20);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(1);

    private final Home home;
    private final String build;
    private final Program program;
    private final int port;
    private volatile ProcessHandle process;
    private volatile boolean stopping;

    /** What runs. */
    interface Program {
        String name();

        List<String> command(int port);

        Map<String, String> environment(int port);
    }

    private Daemon(Home home, String build, Program program, int port, ProcessHandle process) {
        this.home = home;
        this.build = build;
        this.program = program;
        this.port = port;
        this.process = process;
    }

    /** The one of an earlier start, if it lives and is of this build; else a new one. */
    static Daemon ensure(Home home, String build, Program program) throws IOException {
        var found = find(home, build, program);
        if (found.isPresent()) {
            return found.get();
        }
        var port = Ports.free();
        return new Daemon(home, build, program, port, start(home, build, program, port));
    }

    private static Optional<Daemon> find(Home home, String build, Program program) throws IOException {
        var note = home.file(noteName(program));
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
        var daemon = new Daemon(home, build, program, Integer.parseInt(properties.getProperty("port")), living.get());
        if (build.equals(properties.getProperty("build"))) {
            return Optional.of(daemon);
        }
        daemon.stop();
        return Optional.empty();
    }

    private static ProcessHandle start(Home home, String build, Program program, int port) throws IOException {
        var detached = new ArrayList<String>();
        detached.add("setsid"); // a session of its own: Ctrl-C in the terminal is for us, not for it
        detached.addAll(program.command(port));
        var builder = new ProcessBuilder(detached)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.logs().resolve(program.name() + ".log").toFile()));
        builder.environment().putAll(program.environment(port));
        var process = builder.start().toHandle();
        home.write(
                noteName(program),
                "pid=" + process.pid() + "\nstarted=" + startOf(process) + "\nport=" + port + "\nbuild=" + build
                        + "\n");
        return process;
    }

    /** From now on a death is not the end. */
    void keepAlive() {
        var _ = process.onExit().thenRunAsync(this::startAgain);
    }

    private synchronized void startAgain() {
        if (stopping) {
            return;
        }
        LOG.warn("{} ended, starting it again", name());
        try {
            process = start(home, build, program, port);
        } catch (IOException e) {
            LOG.error("{} does not start", name(), e);
        }
        // One that ends at once must not be started a hundred times a second.
        CompletableFuture.delayedExecutor(BEFORE_NEXT_TRY.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::keepAlive);
    }

    String name() {
        return program.name();
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

    synchronized void stop() throws IOException {
        stopping = true;
        process.destroy();
        try {
            process.onExit().get(PATIENCE_AT_END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IOException("waiting for " + name() + " to end", e);
        }
        Files.deleteIfExists(home.file(noteName(program)));
    }

    private static String noteName(Program program) {
        return program.name() + ".pid";
    }

    /** A pid alone may be another's by now. */
    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("?");
    }
}
