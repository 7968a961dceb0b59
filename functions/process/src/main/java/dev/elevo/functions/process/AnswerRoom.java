package dev.elevo.functions.process;

import dev.elevo.contract.process.Chart;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers with output within what Lambda returns: 6 MB of JSON, in which the answer's own JSON is a string. So it is
 * escaped twice there, and a megabyte of zero bytes would be seven.
 */
final class AnswerRoom {
    /** For the output. Lambda's limit is 6,291,556 bytes; the rest is left to the headers and the other fields. */
    static final int BYTES = 6_000_000;

    /** What a chunk takes besides its data: names, quotes, the longest offset. */
    private static final int CHUNK_BYTES = 70;

    private AnswerRoom() {}

    /** With the beginning of its outputs, where there is no room for all. */
    static RunAnswer fit(RunAnswer answer) {
        return switch (answer) {
            case RunResult result -> fit(result);
            case StillRunning running -> running;
        };
    }

    private static RunResult fit(RunResult result) {
        var stdout = bytes(result.stdout());
        var stderr = bytes(result.stderr());
        var charts = charts(result.charts(), Math.max(BYTES / 2, BYTES - stdout - stderr));
        var isWhole = charts == null || charts.size() == size(result.charts());
        var room = BYTES - bytes(charts);
        if (stdout + stderr <= room && isWhole) {
            return result;
        }
        // Half for each, and what one does not need for the other.
        return new RunResult(
                result.exitCode(),
                beginning(result.stdout(), Math.max(room / 2, room - stderr)),
                beginning(result.stderr(), Math.max(room / 2, room - stdout)),
                result.error(),
                result.signal(),
                result.durationMs(),
                result.timedOut(),
                true,
                charts);
    }

    /** The first ones: half a chart is none. */
    private static @Nullable List<Chart> charts(@Nullable List<Chart> charts, long room) {
        if (charts == null) {
            return null;
        }
        var fitting = new ArrayList<Chart>();
        long taken = 0;
        for (var chart : charts) {
            taken += CHUNK_BYTES + bytes(chart.data());
            if (taken > room) {
                break;
            }
            fitting.add(chart);
        }
        return fitting;
    }

    private static int size(@Nullable List<Chart> charts) {
        return charts == null ? 0 : charts.size();
    }

    private static long bytes(@Nullable List<Chart> charts) {
        return charts == null
                ? 0
                : charts.stream()
                        .mapToLong(chart -> CHUNK_BYTES + bytes(chart.data()))
                        .sum();
    }

    /** Reads the page; a shorter one, where there is no room for it. The next page begins where this one ends. */
    static OutputPage read(OutputQuery query, Function<OutputQuery, OutputPage> reader) {
        var page = reader.apply(query);
        var limit = query.limit() == null ? OutputQuery.DEFAULT_LIMIT : query.limit();
        while (bytes(page) > BYTES && limit > 1) {
            limit /= 2;
            // What came is still there, so there is nothing to wait for.
            page = reader.apply(new OutputQuery(query.stream(), query.cursor(), limit, 0, query.encoding()));
        }
        return page;
    }

    private static long bytes(OutputPage page) {
        return page.chunks().stream()
                .mapToLong(chunk -> CHUNK_BYTES + bytes(chunk.data()))
                .sum();
    }

    private static long bytes(String text) {
        return text.chars().mapToLong(AnswerRoom::bytes).sum();
    }

    private static String beginning(String text, long room) {
        int end = 0;
        long taken = 0;
        while (end < text.length()) {
            taken += bytes(text.charAt(end));
            if (taken > room) {
                return text.substring(0, wholeUpTo(text, end));
            }
            end++;
        }
        return text;
    }

    /** Nobody knows here whether it is base64, of which four characters belong together, or text, of which two may. */
    private static int wholeUpTo(String text, int end) {
        var whole = end - end % 4;
        return whole > 0 && Character.isHighSurrogate(text.charAt(whole - 1)) ? whole - 1 : whole;
    }

    /** What becomes of the character in JSON within JSON. */
    private static int bytes(int character) {
        return switch (character) {
            case '"', '\\' -> 4;
            case '\b', '\t', '\n', '\f', '\r' -> 3;
            default -> {
                // The encoder spells the halves of a pair like control characters, by their number.
                if (character < ' ' || Character.isSurrogate((char) character)) {
                    yield 7;
                }
                if (character < 0x80) {
                    yield 1;
                }
                yield character < 0x800 ? 2 : 3;
            }
        };
    }
}
