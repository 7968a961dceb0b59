package dev.elevo.agent.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processes of one user, where all of them are of one sandbox. */
final class UserProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;

    private UserProcesses() {}

    /** One that has ended and waits for its parent runs nothing. */
    static boolean areThere(int user) throws IOException {
        try (var processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (var process : processes) {
                if (isOf(user, process) && runs(process)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Not by the owner of its directory, which is root for whoever is not to be looked into. */
    private static boolean isOf(int user, Path process) {
        try (var lines = Files.lines(process.resolve("status"))) {
            return lines.anyMatch(line -> line.startsWith("Uid:\t" + user + "\t"));
        } catch (IOException | UncheckedIOException gone) {
            return false;
        }
    }

    private static boolean runs(Path process) {
        return ProcessId.stat(Long.parseLong(process.getFileName().toString()))
                .filter(fields -> !fields[STATE].equals("Z") && !fields[STATE].equals("X"))
                .isPresent();
    }
}
