package dev.elevo.functions.process;

import dev.elevo.contract.process.Chart;
import dev.elevo.contract.process.OutputPage;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.lambda.AnswerSize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps answers with output within what Lambda returns, see {@link AnswerSize}. */
final class FittingOutput {
    static final int BYTES = AnswerSize.MOST_BYTES;

    /** What a chunk takes besides its data: names, quotes, the longest offset. */
    private static final int CHUNK_BYTES = 70;

    private FittingOutput() {}

    /** With the beginning of its outputs, where there is no room for all. */
    static RunAnswer of(RunAnswer answer) {
        return switch (answer) {
            // Whoever reads a marked one makes less of it.
            case RunResult result -> result.mark() == null ? fit(result) : result;
            case StillRunning running -> running;
        };
    }

    private static RunResult fit(RunResult result) {
        var stdout = AnswerSize.of(result.stdout());
        var stderr = AnswerSize.of(result.stderr());
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
                charts,
                result.mark());
    }

    /** The first ones: half a chart is none. */
    private static @Nullable List<Chart> charts(@Nullable List<Chart> charts, long room) {
        if (charts == null) {
            return null;
        }
        var fitting = new ArrayList<Chart>();
        long taken = 0;
        for (var chart : charts) {
            taken += CHUNK_BYTES + AnswerSize.of(chart.data());
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
                        .mapToLong(chart -> CHUNK_BYTES + AnswerSize.of(chart.data()))
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
                .mapToLong(chunk -> CHUNK_BYTES + AnswerSize.of(chunk.data()))
                .sum();
    }

    private static String beginning(String text, long room) {
        int end = 0;
        long taken = 0;
        while (end < text.length()) {
            taken += AnswerSize.of(text.charAt(end));
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
}
