package dev.elevo.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Folders this package made itself: flat, with files only. */
final class Directories {
    private Directories() {}

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** With one level of folders below. What is deleted while we look has no size. */
    static long size(Path directory) throws IOException {
        long size = 0;
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                size += Files.isDirectory(file) ? size(file) : Files.size(file);
            }
        } catch (NoSuchFileException deleted) {
            return size;
        }
        return size;
    }
}
