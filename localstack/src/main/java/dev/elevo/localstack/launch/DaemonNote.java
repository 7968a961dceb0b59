package dev.elevo.localstack.launch;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * By which a daemon is found again, and told from another process that has its pid by now.
 *
 * @param started when the process did
 * @param options what it was told that it may be told otherwise at the next start
 */
record DaemonNote(String name, long pid, String started, int port, String build, Map<String, String> options) {
    private static final String SUFFIX = ".pid";
    private static final String OPTION = "option.";
    private static final long PATIENCE_SECONDS = 20;

    /** In {@code /proc/PID/stat}, counted behind the name. */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    static DaemonNote of(String name, ProcessHandle process, int port, String build, Map<String, String> options) {
        return new DaemonNote(name, process.pid(), startOf(process), port, build, options);
    }

    static Optional<DaemonNote> find(Home home, String name) throws IOException {
        var file = home.file(name + SUFFIX);
        return Files.exists(file) ? parse(name, Files.readString(file)) : Optional.empty();
    }

    static List<DaemonNote> all(Home home) throws IOException {
        var notes = new ArrayList<DaemonNote>();
        try (var files = Files.newDirectoryStream(home.path(), "*" + SUFFIX)) {
            for (var file : files) {
                parse(nameOf(file), Files.readString(file)).ifPresent(notes::add);
            }
        }
        return notes;
    }

    private static String nameOf(Path file) {
        var name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    /** Empty for what a power failure has left of a note: no process has outlived that. */
    private static Optional<DaemonNote> parse(String name, String text) throws IOException {
        var properties = new Properties();
        properties.load(new StringReader(text));
        if (!properties.stringPropertyNames().containsAll(List.of("pid", "started", "port", "build"))) {
            return Optional.empty();
        }
        var options = new TreeMap<String, String>();
        for (var key : properties.stringPropertyNames()) {
            if (key.startsWith(OPTION)) {
                options.put(key.substring(OPTION.length()), properties.getProperty(key));
            }
        }
        return Optional.of(new DaemonNote(
                name,
                Long.parseLong(properties.getProperty("pid")),
                properties.getProperty("started"),
                Integer.parseInt(properties.getProperty("port")),
                properties.getProperty("build"),
                options));
    }

    void write(Home home) throws IOException {
        var text =
                new StringBuilder("pid=" + pid + "\nstarted=" + started + "\nport=" + port + "\nbuild=" + build + "\n");
        options.forEach((option, value) ->
                text.append(OPTION).append(option).append('=').append(value).append('\n'));
        home.write(name + SUFFIX, text.toString());
    }

    /** Empty when it has ended. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(handle -> runs(handle) && startOf(handle).equals(started));
    }

    /** Ends the process, if it lives; then nothing is left to be found. */
    void stop(Home home) throws IOException {
        var living = process();
        if (living.isPresent()) {
            end(living.get());
        }
        Files.deleteIfExists(home.file(name + SUFFIX));
    }

    private void end(ProcessHandle process) throws IOException {
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join(); // the next one must not meet it on its files
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (ExecutionException e) {
            throw new IOException("waiting for " + name + " to end", e);
        }
    }

    /** Not so one that is dead and waits for whoever should look after it. */
    static boolean runs(ProcessHandle process) {
        var state = stat(process, STATE);
        return process.isAlive() && !state.equals("Z") && !state.equals("X");
    }

    /** In clock ticks since boot: a time of day would be another one after the host's clock was set. */
    private static String startOf(ProcessHandle process) {
        return stat(process, START_TIME);
    }

    private static String stat(ProcessHandle process, int field) {
        try {
            var line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            // The name is in brackets and may hold anything.
            return line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[field];
        } catch (IOException ended) {
            return "X";
        }
    }
}
