package dev.elevo.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the machine's memory processes take at their peak beyond what they had. It is more than a heap can have grown: buffers
 * beside it are in it, too.
 */
final class Growth {
    private final Map<Long, Long> before = new LinkedHashMap<>();

    private Growth() {}

    /** From now on. */
    static Growth of(List<Long> processes) throws IOException {
        var growth = new Growth();
        for (var process : processes) {
            ProcessFiles.forgetPeak(process);
            growth.before.put(process, peak(process));
        }
        return growth;
    }

    private static long peak(long process) throws IOException {
        return ProcessFiles.kilobytes(process, "status", "VmHWM");
    }

    /** Of the one that has grown most. */
    double megabytes() throws IOException {
        long most = 0;
        for (var process : before.entrySet()) {
            most = Math.max(most, peak(process.getKey()) - process.getValue());
        }
        return most / 1024.0;
    }

    Line line(String name, double must, double aim) throws IOException {
        var grown = megabytes();
        return new Line.Plain(name, "MB", grown, grown, grown, Target.atMost(must, aim));
    }
}
