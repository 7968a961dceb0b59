package dev.elevo.agent.driver;

import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A process of this host. The number alone is given to another process some time after the first one ended.
 *
 * @param startedAt in clock ticks since boot
 */
@Serdeable
public record ProcessId(long pid, long startedAt) {
    /** In {@code /proc/PID/stat}, counted behind the name: it is in brackets and may hold anything. */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    /** A process's start is known to a hundredth of a second. */
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(1);

    public static Optional<ProcessId> of(long pid) {
        return stat(pid).map(fields -> new ProcessId(pid, Long.parseLong(fields[START_TIME])));
    }

    /** What {@link #write} wrote; or the number alone, as a runtime writes it, of a process that was there then. */
    public static Optional<ProcessId> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var words = Files.readString(file).strip().split(" ", -1);
        if (words.length == 2) {
            return Optional.of(new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1])));
        }
        // A full disk or a power failure leaves a file without anything in it.
        return words[0].isEmpty() || isYounger(Long.parseLong(words[0]), file)
                ? Optional.empty()
                : of(Long.parseLong(words[0]));
    }

    /** Then it is another process, which has the number since a reboot. */
    private static boolean isYounger(long pid, Path file) throws IOException {
        var written = Files.getLastModifiedTime(file).toInstant();
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .filter(written.plus(CLOCK_SLACK)::isBefore)
                .isPresent();
    }

    /** Whole or not at all. */
    public void write(Path file) throws IOException {
        var whole = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), pid + " " + startedAt);
        Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    }

    public boolean alive() {
        return stat(pid)
                .filter(fields -> Long.parseLong(fields[START_TIME]) == startedAt)
                .filter(fields -> !fields[STATE].equals("Z") && !fields[STATE].equals("X"))
                .isPresent();
    }

    public void kill() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The fields of {@code /proc/PID/stat} behind the name. */
    static Optional<String[]> stat(long pid) {
        try {
            var line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException gone) {
            // ENOENT before it is opened, ESRCH when it ends while it is read: both say that there is no such process.
            return Optional.empty();
        }
    }
}
