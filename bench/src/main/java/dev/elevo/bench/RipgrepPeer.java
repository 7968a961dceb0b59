package dev.elevo.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Debian's ripgrep, told to search what files/grep searches: hidden files too, whatever an ignore file says. */
final class RipgrepPeer {
    private final Scratch scratch;
    private final Path tree;

    RipgrepPeer(Scratch scratch) {
        this.scratch = scratch;
        this.tree = scratch.folder().resolve("tree");
    }

    /** By a script that makes the folder {@code tree} where it is run. */
    void plant(String script, Duration patience) throws IOException, InterruptedException {
        scratch.run(patience, List.of("sh", "-c", script));
    }

    long grep(String pattern, int expected) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var process = new ProcessBuilder(
                        "rg", "--no-config", "--hidden", "--no-ignore", "--line-number", "-e", pattern, tree.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        var nanos = System.nanoTime() - start;
        if (found.lines().count() != expected) {
            throw new WrongReply("ripgrep does not find " + expected + " lines: " + found);
        }
        return nanos;
    }
}
