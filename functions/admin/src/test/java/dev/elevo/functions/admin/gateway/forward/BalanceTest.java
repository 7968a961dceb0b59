package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.functions.admin.gateway.Instance;
import dev.elevo.functions.admin.gateway.InstanceSettings;
import dev.elevo.functions.admin.gateway.RouteSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BalanceTest {
    private static final String ROUND_ROBIN = "round_robin";

    private final Random random = new Random(7);
    private final Balance balance = new Balance(random::nextInt);
    private final Instance one = instance("one", 1);
    private final Instance two = instance("two", 3);
    private final Instance three = instance("three", 6);
    private final List<Instance> all = List.of(one, two, three);

    @Test
    void in_turn_each_gets_as_many_as_the_next() {
        assertThat(counts(ROUND_ROBIN, 300).values()).containsExactly(100, 100, 100);
    }

    @Test
    void by_weight_each_gets_its_share() {
        var counts = counts(RouteSettings.WEIGHTED, 10_000);

        assertThat(counts.get("one")).isBetween(850, 1150);
        assertThat(counts.get("two")).isBetween(2800, 3200);
        assertThat(counts.get("three")).isBetween(5800, 6200);
    }

    @Test
    void the_one_with_the_fewest_open_requests_gets_the_next_and_ties_go_in_turn() {
        balance.opened(one);
        balance.opened(two);
        assertThat(balance.choose(RouteSettings.LEAST_CONNECTIONS, all, List.of()))
                .isEqualTo(three);
        balance.opened(three);
        balance.closed(two);
        assertThat(balance.choose(RouteSettings.LEAST_CONNECTIONS, all, List.of()))
                .isEqualTo(two);
        balance.closed(one);
        balance.closed(three);

        assertThat(counts(RouteSettings.LEAST_CONNECTIONS, 300).values()).containsExactly(100, 100, 100);
    }

    @Test
    void whatever_is_open_counts_while_others_open_and_close() throws Exception {
        Callable<Void> open = () -> {
            for (int i = 0; i < 20_000; i++) {
                balance.opened(one);
                assertThat(balance.choose(RouteSettings.LEAST_CONNECTIONS, List.of(one, two), List.of()))
                        .isEqualTo(two);
                balance.closed(one);
            }
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var ended : threads.invokeAll(List.of(open, open, open, open))) {
                ended.get();
            }
        }
    }

    @Test
    void one_that_has_failed_is_taken_again_only_where_there_is_no_other() {
        for (var strategy : List.of(ROUND_ROBIN, RouteSettings.WEIGHTED, RouteSettings.LEAST_CONNECTIONS)) {
            assertThat(balance.choose(strategy, all, List.of(one.id(), two.id())))
                    .isEqualTo(three);
            assertThat(balance.choose(strategy, List.of(one), List.of(one.id())))
                    .isEqualTo(one);
        }
    }

    @Test
    void who_tries_again_takes_no_turn_from_the_next_request() {
        for (var strategy : List.of(ROUND_ROBIN, RouteSettings.LEAST_CONNECTIONS)) {
            var turns = new Balance(random::nextInt);
            assertThat(turns.choose(strategy, all, List.of())).isEqualTo(one);
            assertThat(turns.choose(strategy, all, List.of(one.id()))).isIn(two, three);

            assertThat(turns.choose(strategy, all, List.of())).isEqualTo(two);
            assertThat(turns.choose(strategy, all, List.of())).isEqualTo(three);
        }
    }

    private Map<String, Integer> counts(String strategy, int times) {
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < times; i++) {
            counts.merge(balance.choose(strategy, all, List.of()).settings().instanceId(), 1, Integer::sum);
        }
        return counts;
    }

    private static Instance instance(String name, int weight) {
        var settings = new InstanceSettings("service", name, "host", 80, "http", weight, "", 30, Map.of());
        return new Instance(
                UUID.randomUUID(), settings, Instance.Status.HEALTHY, 0, null, Instant.EPOCH, Instant.EPOCH);
    }
}
