package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process beside ours did not start; the end of its log says why. */
final class StartFailedException extends NotStartedException {
    private static final int TOLD_LINES = 20;

    /** With which a program of ours begins the one line that says it all. */
    private static final String OWN_WORDS = "elevo: ";

    StartFailedException(String what, Home home, String log) {
        super(what + ": " + why(home.logs().resolve(log + ".log")));
    }

    private static String why(Path log) {
        try {
            var lines = Files.readAllLines(log);
            return !lines.isEmpty() && lines.getLast().startsWith(OWN_WORDS)
                    ? lines.getLast().substring(OWN_WORDS.length()) + " (more in " + log + ")"
                    : "the end of " + log + " is\n"
                            + String.join("\n", lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }
}
