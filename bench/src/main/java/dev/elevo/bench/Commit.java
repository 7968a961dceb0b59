package dev.elevo.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the tree was at when it was measured. */
final class Commit {
    private static final String CHANGED = "+";

    private Commit() {}

    /** Short, with a sign where there were changes besides. */
    static String ofTree() throws IOException, InterruptedException {
        var commit = git(List.of("rev-parse", "--short=8", "HEAD"));
        return git(List.of("status", "--porcelain", "--untracked-files=no")).isEmpty() ? commit : commit + CHANGED;
    }

    private static String git(List<String> words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git", "-C", LocalRun.repository().toString()));
        command.addAll(words);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
