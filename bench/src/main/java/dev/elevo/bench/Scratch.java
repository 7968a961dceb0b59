package dev.elevo.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A folder and processes of one benchmark. All of it is gone when the benchmark ends, however it ends. */
final class Scratch implements AutoCloseable {
    /** Not where Java would put it: podman takes no path of more than 50 characters, sockets none of more than 107. */
    private static final Path PARENT = Path.of("/tmp");

    private final Path folder;
    private final SequencedMap<String, Process> processes = new LinkedHashMap<>();

    Scratch(String name) throws IOException {
        folder = Files.createTempDirectory(PARENT, "elevo-" + name + "-");
    }

    Path folder() {
        return folder;
    }

    String printedBy(String name) throws IOException {
        return Files.readString(log(name));
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** A process that lives as long as the benchmark; its output is kept, see {@link #printedBy}. */
    Process start(String name, Map<String, String> environment, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        processes.put(name, process);
        return process;
    }

    /** A command that must succeed. */
    void run(Duration patience, List<String> command) throws IOException, InterruptedException {
        var process = start("run", Map.of(), command);
        processes.remove("run");
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " did not end in " + patience);
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + printedBy("run"));
        }
    }

    /**
     * Waits until a process it started has come so far. Asks often and briefly, so that this is seen within a millisecond or
     * two; a process that has ended instead is told with what it printed.
     */
    void await(String name, Duration patience, BooleanSupplier condition) throws IOException, InterruptedException {
        var process = Objects.requireNonNull(processes.get(name), name);
        var end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException(name + (process.isAlive() ? " is not up after " + patience : " ended") + ": "
                        + printedBy(name));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Its folder stays. */
    void stop() {
        processes.sequencedValues().reversed().forEach(Scratch::stop);
        processes.clear();
    }

    @Override
    public void close() throws IOException {
        stop();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void stop(Process process) {
        var family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
