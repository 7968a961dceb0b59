package dev.elevo.localstack.launch;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process beside ours that does not end with it: when this program dies, sandboxes and state live on, and the next start finds
 * the process again by the note it left in the home. When the process dies while we live, it is started again on its port.
 */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long MILLIS_BEFORE_NEXT_TRY = 1000;

    private final Home home;
    private final String build;
    private final Program program;
    private final int port;
    private final boolean found;
    private volatile DaemonNote note;
    private volatile ProcessHandle process;
    private volatile boolean stopping;

    /** What runs. */
    interface Program {
        String name();

        List<String> command(int port);

        Map<String, String> environment(int port);

        /** Of these, those in force: one that runs with others is started anew. */
        default Map<String, String> options() {
            return Map.of();
        }

        /** Throws where that must not happen. */
        default void follow(Map<String, String> formerOptions) {}
    }

    private Daemon(Home home, String build, Program program, DaemonNote note, ProcessHandle process, boolean found) {
        this.home = home;
        this.build = build;
        this.program = program;
        this.port = note.port();
        this.note = note;
        this.process = process;
        this.found = found;
    }

    /** The one of an earlier start, if it lives, is of this build and was told the same; else a new one. */
    static Daemon ensure(Home home, String build, Program program) throws IOException {
        var former = DaemonNote.find(home, program.name());
        var living = former.flatMap(DaemonNote::process);
        if (former.isPresent() && living.isPresent()) {
            var note = former.get();
            if (build.equals(note.build()) && program.options().equals(note.options())) {
                return new Daemon(home, build, program, note, living.get(), true);
            }
            program.follow(note.options());
            note.stop(home);
        }
        var port = Ports.free();
        var process = start(home, program, port);
        // What a new one takes over is of an earlier run all the same.
        return new Daemon(
                home, build, program, noted(home, build, program, port, process), process, living.isPresent());
    }

    /** Without the note nobody would ever find it. */
    private static DaemonNote noted(Home home, String build, Program program, int port, ProcessHandle process)
            throws IOException {
        try {
            var note = DaemonNote.of(program.name(), process, port, build, program.options());
            note.write(home);
            return note;
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static ProcessHandle start(Home home, Program program, int port) throws IOException {
        var detached = new ArrayList<String>();
        detached.add("setsid"); // a session of its own: Ctrl-C in the terminal is for us, not for it
        detached.addAll(program.command(port));
        var builder = new ProcessBuilder(detached)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(begunLog(home, program).toFile()));
        builder.environment().putAll(program.environment(port));
        return builder.start().toHandle();
    }

    /** What an earlier one said must not be taken for this one's last words. */
    private static Path begunLog(Home home, Program program) throws IOException {
        return Files.writeString(
                home.logs().resolve(program.name() + ".log"),
                "--- started " + Instant.now() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
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
            process = start(home, program, port);
            note = noted(home, build, program, port, process);
        } catch (IOException e) {
            LOG.error("{} does not start", name(), e);
        }
        // One that ends at once must not be started a hundred times a second.
        CompletableFuture.delayedExecutor(MILLIS_BEFORE_NEXT_TRY, TimeUnit.MILLISECONDS)
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

    /** It was there before this start, or has taken the place of one that was. */
    boolean wasFound() {
        return found;
    }

    synchronized void stop() throws IOException {
        stopping = true;
        note.stop(home);
    }
}
