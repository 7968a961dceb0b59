package dev.elevo.localstack.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Writes down each right when it is used for the first time: one that no run ever uses is one too many. */
final class UsedRights {
    private final Set<Right> noted = ConcurrentHashMap.newKeySet();
    private final Path file;

    UsedRights(Path file) {
        this.file = file;
    }

    void note(Right right) {
        if (noted.add(right)) {
            append(right);
        }
    }

    private synchronized void append(Right right) {
        try {
            Files.writeString(file, right + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
