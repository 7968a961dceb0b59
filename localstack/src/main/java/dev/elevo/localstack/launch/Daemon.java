package dev.elevo.localstack.launch;

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
    private static final long MILLIS_BEFORE_NEXT_TRY = 1000;

    private final Home home;
    private final String build;
    private final Program program;
    private final int port;
    private final boolean found;
    private volatile DaemonNote note;
    private volatile ProcessHandle process;
    private volatile boolean stopping;
    private boolean replaced;

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
        var begun = start(home, build, program, port);
        // What a new one takes over is of an earlier run all the same.
        return new Daemon(home, build, program, begun.note(), begun.process(), living.isPresent());
    }

    private record Begun(DaemonNote note, ProcessHandle process) {}

    /**
     * Without a note nobody would ever find it, and whoever starts another would meet it on its files. So it waits for its note, and
     * ends when we end before that is written.
     */
    private static Begun start(Home home, String build, Program program, int port) throws IOException {
        var detached = new ArrayList<String>();
        detached.add("setsid"); // a session of its own: Ctrl-C in the terminal is for us, not for it
        detached.addAll(List.of("sh", "-c", "read -r _ && exec \"$@\" </dev/null", "sh"));
        detached.addAll(program.command(port));
        var builder = new ProcessBuilder(detached)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(begunLog(home, program).toFile()));
        builder.environment().putAll(program.environment(port));
        var process = builder.start();
        try (var go = process.outputWriter()) {
            var note = DaemonNote.of(program.name(), process.toHandle(), port, build, program.options());
            note.write(home);
            go.newLine();
            return new Begun(note, process.toHandle());
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
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
        log().warn("{} ended, starting it again", name());
        try {
            take(start(home, build, program, port));
        } catch (IOException e) {
            log().error("{} does not start", name(), e);
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
        return DaemonNote.runs(process);
    }

    /**
     * One of an earlier run may have been dying when it was found; then a new one takes its place, once.
     *
     * @return whether there is a new one
     */
    synchronized boolean replaceFound() throws IOException {
        if (!found || replaced) {
            return false;
        }
        log().warn("{} of the earlier run has ended, starting it again", name());
        replaced = true;
        take(start(home, build, program, port));
        return true;
    }

    /** Made when there is something to say: that takes a tenth of a second, and nobody should start so much later. */
    private static Logger log() {
        return LoggerFactory.getLogger(Daemon.class);
    }

    private void take(Begun begun) {
        process = begun.process();
        note = begun.note();
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
