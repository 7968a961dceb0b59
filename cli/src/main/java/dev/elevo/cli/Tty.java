package dev.elevo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The terminal we were started from, by the programs that every system has for it. */
final class Tty {
    private Tty() {}

    /** Of our stdin, stdout or stderr. */
    static boolean is(int descriptor) {
        return run(List.of("test", "-t", String.valueOf(descriptor))).isPresent();
    }

    record Size(int columns, int rows) {}

    /** Empty where it does not know. */
    static Optional<Size> size() {
        return run(List.of("stty", "size"))
                .map(text -> text.split(" "))
                .filter(words -> words.length == 2 && !words[1].equals("0"))
                .map(words -> new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0])));
    }

    interface Raw extends AutoCloseable {
        @Override
        void close();
    }

    /** Every key is for the other side, until what this gives is closed. */
    static Raw raw() {
        var before = run(List.of("stty", "-g")).orElseThrow(() -> new CliException("stdin is no terminal"));
        if (run(List.of("stty", "raw", "-echo")).isEmpty()) {
            throw new CliException("the terminal cannot be made raw");
        }
        return () -> run(List.of("stty", before));
    }

    /** What it says; empty where it fails. */
    private static Optional<String> run(List<String> command) {
        try {
            // Its stderr is ours, or it would have nothing to ask "-t 2" of.
            var process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted");
        }
    }
}
