package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** A process beside ours did not start; the end of its log says why. */
final class StartFailedException extends RuntimeException {
    private static final int TOLD_LINES = 20;

    StartFailedException(String what, Home home, String log) {
        super(what + ":\n" + String.join("\n", lastLines(home, log)));
    }

    private static List<String> lastLines(Home home, String log) {
        try {
            var lines = Files.readAllLines(home.logs().resolve(log + ".log"));
            return lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size());
        } catch (IOException e) {
            return List.of("(its log cannot be read: " + e.getMessage() + ")");
        }
    }
}
