package dev.elevo.functions.sandboxes;

import dev.elevo.contract.agent.MetricsQuery;
import dev.elevo.platform.paging.Query;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which samples of a sandbox a client wants.
 *
 * @param query null is the newest only
 */
record MetricsSpan(@Nullable MetricsQuery query) {
    static final MetricsSpan NEWEST = new MetricsSpan(null);

    private static final int DEFAULT_STEP_SECONDS = 60;
    private static final int LONGEST_STEP_SECONDS = 3600;
    private static final int MOST_SAMPLES = 1440;
    private static final Duration DEFAULT_SPAN = Duration.ofHours(1);

    static MetricsSpan read(Query query, Instant now) {
        var step = query.integer("step", DEFAULT_STEP_SECONDS, 1, LONGEST_STEP_SECONDS);
        var from = query.timestamp("start");
        var to = query.timestamp("end");
        if (from == null && to == null) {
            return NEWEST;
        }
        var end = to == null ? now : to;
        var start = from == null ? end.minus(DEFAULT_SPAN) : from;
        if (start.isAfter(end)) {
            query.refuse("start", "must not be after end", start.toString());
        } else if (Duration.between(start, end).toSeconds() / step > MOST_SAMPLES) {
            query.refuse("step", "must be long enough for at most " + MOST_SAMPLES + " samples", step);
        }
        return new MetricsSpan(new MetricsQuery(start, end, step));
    }
}
