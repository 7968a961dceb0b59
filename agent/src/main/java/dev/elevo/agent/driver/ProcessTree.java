package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.regex.Pattern;

/** A process and all that came of it, where no control group counts them: whose parent ended is the first one's child. */
final class ProcessTree {
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final long BYTES_PER_KB = 1024;
    private static final Pattern PRIVATE_MEMORY = Pattern.compile("(?m)^Rss(?:Anon|Shmem):\\s+(\\d{1,15}) kB$");

    // In /proc/PID/stat, counted behind the name: of the process itself, and of the children it has waited for.
    private static final int FIRST_TICKS = 11;
    private static final int LAST_TICKS = 14;

    private ProcessTree() {}

    /** Those that end while they are looked at are left out. */
    static Load load(ProcessId first) throws IOException {
        var waiting = new ArrayDeque<Long>();
        waiting.add(first.pid());
        long ticks = 0;
        long memory = 0;
        var processes = 0;
        for (var pid = waiting.poll(); pid != null; pid = waiting.poll()) {
            var stat = ProcessId.stat(pid);
            if (stat.isEmpty()) {
                continue;
            }
            processes++;
            for (int i = FIRST_TICKS; i <= LAST_TICKS; i++) {
                ticks += Long.parseLong(stat.get()[i]);
            }
            try {
                memory += privateMemory(pid);
                addChildren(pid, waiting);
            } catch (IOException gone) {
                processes--;
            }
        }
        if (processes == 0) {
            throw new IOException("no process " + first.pid() + " to look at");
        }
        return new Load(ticks * NANOS_PER_TICK, memory, processes);
    }

    private static long privateMemory(long pid) throws IOException {
        var found = PRIVATE_MEMORY.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        long bytes = 0;
        while (found.find()) {
            bytes += Long.parseLong(found.group(1)) * BYTES_PER_KB;
        }
        return bytes;
    }

    private static void addChildren(long pid, ArrayDeque<Long> to) throws IOException {
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (var thread : threads) {
                for (var child : Files.readString(thread.resolve("children")).split(" ", -1)) {
                    if (!child.isBlank()) {
                        to.add(Long.parseLong(child));
                    }
                }
            }
        }
    }
}
