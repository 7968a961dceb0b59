package dev.elevo.functions.admin.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance counts, and what the table has of it. */
class TrafficTest {
    private static final int CALLERS = 8;
    private static final int REQUESTS = 2000;
    private static final List<String> SERVICES = List.of("a", "b", "c");

    private final SettableClock clock = new SettableClock();
    private TestTable table;
    private Traffic traffic;

    @BeforeEach
    void start() {
        table = TestTable.create();
        traffic = new Traffic(table.client(), table.configuration(), clock);
    }

    @AfterEach
    void stop() {
        table.close();
    }

    @Test
    void none_is_lost_however_often_the_table_is_told_meanwhile() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var counting = new ArrayList<Future<?>>();
            for (int caller = 0; caller < CALLERS; caller++) {
                counting.add(callers.submit(() -> {
                    for (int request = 0; request < REQUESTS; request++) {
                        traffic.count(SERVICES.get(request % SERVICES.size()), request % 2 == 0, 1000);
                    }
                }));
            }
            while (!counting.stream().allMatch(Future::isDone)) {
                traffic.totals();
            }
            for (var each : counting) {
                each.get();
            }
        }

        assertThat(traffic.totals()).extracting(Traffic.Total::service).containsExactlyElementsOf(SERVICES);
        assertThat(traffic.totals().stream().mapToLong(Traffic.Total::requests).sum())
                .isEqualTo(CALLERS * REQUESTS);
        assertThat(traffic.totals().stream().mapToLong(Traffic.Total::errors).sum())
                .isEqualTo(CALLERS * REQUESTS / 2);
    }

    @Test
    void hours_that_are_over_are_asked_for_apart_from_those_that_are_not() {
        traffic.count("a", false, 1000);
        var first = clock.instant().truncatedTo(ChronoUnit.HOURS);
        clock.advance(Duration.ofHours(2));
        traffic.count("a", false, 1000);
        var open = clock.instant().truncatedTo(ChronoUnit.HOURS);

        assertThat(traffic.between(first, open)).extracting(Traffic.Hour::hour).containsExactly(first);
        assertThat(traffic.between(open, null)).extracting(Traffic.Hour::hour).containsExactly(open);
        assertThat(new KnownTraffic(traffic, clock).all().hours())
                .extracting(Traffic.Hour::hour)
                .containsExactly(first, open);
    }
}
