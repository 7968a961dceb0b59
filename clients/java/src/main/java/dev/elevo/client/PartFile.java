package dev.elevo.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What is not whole yet, of which nothing stays when we fail, or are ended in its middle. */
final class PartFile implements AutoCloseable {
    private final Path path;
    private final Thread hook = new Thread(this::forget);

    private PartFile(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static PartFile beside(Path target) throws IOException {
        return new PartFile(Files.createTempFile(target.toAbsolutePath().getParent(), ".elevo-", ".part"));
    }

    static PartFile somewhere() throws IOException {
        return new PartFile(Files.createTempFile("elevo-", ".part"));
    }

    Path path() {
        return path;
    }

    void become(Path target) throws IOException {
        Files.move(path, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void forget() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // Nobody is left who could do something about it.
        }
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is at work.
        }
        Files.deleteIfExists(path);
    }
}
