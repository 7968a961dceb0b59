package dev.elevo.agent.driver;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A short command of the host, run to its end. */
public final class Command {
    private static final File NOWHERE = new File("/dev/null");
    private static final int MOST_WORDS = 4000;

    private Command() {}

    /** It ran, and not well. */
    public static final class FailedException extends IOException {
        private static final long serialVersionUID = 1;

        private final int code;

        private FailedException(String message, int code) {
            super(message);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** It was not done in time. What it had started may go on. */
    static final class SlowException extends IOException {
        private static final long serialVersionUID = 1;

        private SlowException(String message) {
            super(message);
        }
    }

    /**
     * Returns when the command succeeded. What it says goes into a file, because a pipe would stay open as long as anything it
     * started.
     *
     * @throws IOException it failed or took too long; the message ends with what it said
     */
    public static void run(List<String> words, Path directory, Path log, Duration time) throws IOException {
        var builder = new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(NOWHERE)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .retainAll(Map.of("PATH", "", "LANG", "", "HOME", "").keySet());
        var process = builder.start();
        try {
            if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new SlowException(words.getFirst() + " took longer than " + time + ": " + said(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + words.getFirst() + " ran", e);
        }
        if (process.exitValue() != 0) {
            throw new FailedException(
                    words.getFirst() + " ended with " + process.exitValue() + ": " + said(log), process.exitValue());
        }
    }

    public static String said(Path log) throws IOException {
        var words = Files.exists(log) ? Files.readString(log).strip() : "";
        return words.length() <= MOST_WORDS ? words : words.substring(words.length() - MOST_WORDS);
    }
}
