package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What went through the interfaces of a network namespace, the loopback left out. */
record Traffic(long receivedBytes, long sentBytes) {
    static final Traffic NONE = new Traffic(0, 0);

    private static final int HEADER_LINES = 2;
    private static final int RECEIVED = 0;
    private static final int SENT = 8;

    /** Of the namespace that the process lives in. */
    static Traffic of(ProcessId process) throws IOException {
        var lines = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "net/dev"));
        var sum = NONE;
        for (var line : lines.subList(Math.min(HEADER_LINES, lines.size()), lines.size())) {
            var nameEnd = line.indexOf(':');
            if (nameEnd > 0 && !line.substring(0, nameEnd).strip().equals("lo")) {
                var counters = line.substring(nameEnd + 1).strip().split("\\s+", -1);
                sum = new Traffic(
                        sum.receivedBytes + Long.parseLong(counters[RECEIVED]),
                        sum.sentBytes + Long.parseLong(counters[SENT]));
            }
        }
        return sum;
    }
}
