package dev.elevo.bench;

import dev.elevo.platform.audit.AuditSearch;
import dev.elevo.platform.audit.AuditTrail;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.Sort;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest of the last hour out of very many audit records of one organization, and how many that hour has. */
final class AuditQuery implements Benchmark {
    private static final String ORGANIZATION = "bench";
    private static final int COUNT = 1_000_000;
    private static final int PAGE = 50;
    private static final int HEAP = 2048;
    private static final int WARM_UP = 100;
    private static final int SAMPLES = 300;

    /** All that is kept, but for the time that this takes. */
    private static final Duration SPAN = Duration.ofDays(89);

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch, HEAP);
                var client = state.patientClient();
                var area = new OneArea(state)) {
            var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            var trail = new LongTrail(
                    client, state.configuration(), area.bean(AuditTrail.class), ORGANIZATION, now, SPAN, COUNT);
            trail.fill();
            var search = area.bean(AuditSearch.class);
            var from = now.minus(Duration.ofHours(1));
            return List.of(
                    line("audit, last hour of 1000000 records", search, wanted(from, now, null), trail.from(from)),
                    line(
                            "audit, last hour of one user of 1000",
                            search,
                            wanted(from, now, LongTrail.user(COUNT - 1)),
                            trail.from(from).stream()
                                    .filter(number -> LongTrail.user(number).equals(LongTrail.user(COUNT - 1)))
                                    .toList()));
        }
    }

    private static AuditSearch.Wanted wanted(Instant from, Instant to, @Nullable String user) {
        return new AuditSearch.Wanted(ORGANIZATION, null, user, null, null, from, to);
    }

    private static Line line(String name, AuditSearch search, AuditSearch.Wanted wanted, List<Integer> right) {
        var times = new ArrayList<Double>();
        for (int i = -WARM_UP; i < SAMPLES; i++) {
            var start = System.nanoTime();
            mustBe(right, search, wanted);
            var nanos = System.nanoTime() - start;
            if (i >= 0) {
                times.add(nanos / 1e6);
            }
        }
        var all = Quantiles.of(times);
        return new Line.Plain(name, "ms", all.median(), all.at(0.1), all.at(0.9), Target.atMost(50, 50));
    }

    private static void mustBe(List<Integer> right, AuditSearch search, AuditSearch.Wanted wanted) {
        var found = search.find(wanted, new PageQuery(new Sort("timestamp", true), PAGE, new PageQuery.Numbered(1)));
        var newest =
                right.reversed().stream().limit(PAGE).map(LongTrail::request).toList();
        if (!(found instanceof Slice.Counted<?>(var _, var total))
                || total != right.size()
                || !found.items().stream()
                        .map(event -> event.requestId())
                        .toList()
                        .equals(newest)) {
            throw new WrongReply("found " + found + " instead of " + right.size());
        }
    }
}
