package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel tells of itself and of processes. One that has ended uses nothing. */
final class ProcessFiles {
    private static final Path PROC = Path.of("/proc");
    private static final long NANOS_PER_TICK = 10_000_000;

    /** In the line of {@code stat}, counted from behind the name: of the process and of its children that have ended. */
    private static final List<Integer> TICKS = List.of(11, 12, 13, 14);

    private ProcessFiles() {}

    /** What the process has computed, and with it the children it had. */
    static long familyNanos(long pid) throws IOException {
        var line = read(pid, "stat");
        if (line.isEmpty()) {
            return 0;
        }
        var fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return TICKS.stream().mapToLong(field -> Long.parseLong(fields[field])).sum() * NANOS_PER_TICK;
    }

    /** Exactly, of a process of one thread. */
    static long nanos(long pid) throws IOException {
        var line = read(pid, "schedstat");
        return line.isEmpty() ? 0 : Long.parseLong(line.split(" ")[0]);
    }

    static long kilobytes(long pid, String file, String field) throws IOException {
        return kilobytes(read(pid, file), field);
    }

    /** Of the whole machine. */
    static long kilobytes(String field) throws IOException {
        return kilobytes(Files.readString(PROC.resolve("meminfo")), field);
    }

    private static long kilobytes(String text, String field) {
        return text.lines()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** From here on the peak of its memory, {@code VmHWM}, counts anew. */
    static void forgetPeak(long pid) throws IOException {
        Files.writeString(PROC.resolve(Long.toString(pid)).resolve("clear_refs"), "5");
    }

    /** Whether Java runs in it. */
    static boolean isJava(long pid) throws IOException {
        return read(pid, "comm").strip().equals("java");
    }

    private static String read(long pid, String file) throws IOException {
        var path = PROC.resolve(Long.toString(pid)).resolve(file);
        try {
            return Files.readString(path);
        } catch (IOException e) {
            if (!Files.exists(path)) {
                return "";
            }
            throw e;
        }
    }
}
