package dev.elevo.agent.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories for parts on their way. */
final class Scratch {
    private Scratch() {}

    /** What an agent before this one has left is of no use. */
    static Path emptied(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (var left = Files.list(directory)) {
            for (var file : left.toList()) {
                Files.delete(file);
            }
        }
        return directory;
    }
}
