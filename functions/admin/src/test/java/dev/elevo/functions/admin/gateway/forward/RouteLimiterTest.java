package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Windows on the real table, with time that the test turns. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteLimiterTest {
    private final SettableClock clock = new SettableClock();
    private final AtomicLong nanos = new AtomicLong();
    private TestTable table;

    @BeforeAll
    void start() {
        table = TestTable.create();
    }

    @AfterAll
    void stop() {
        table.close();
    }

    @Test
    void a_minute_has_no_more_than_the_limit_and_frees_what_is_older() {
        var limiter = limiter();
        var route = UUID.randomUUID().toString();

        assertThat(passed(limiter, route, 7, 10)).isEqualTo(7);
        advance(Duration.ofSeconds(30));
        assertThat(passed(limiter, route, 7, 10)).isEqualTo(0);
        advance(Duration.ofSeconds(32));
        assertThat(passed(limiter, route, 7, 10)).isEqualTo(7);
    }

    @Test
    void it_says_how_many_are_left_and_when_one_may_come_again() {
        var limiter = limiter();
        var route = UUID.randomUUID().toString();

        var first = limiter.take(route, "ann", 2);
        advance(Duration.ofSeconds(10));
        var second = limiter.take(route, "ann", 2);
        var refused = limiter.take(route, "ann", 2);

        assertThat(first.remaining()).isEqualTo(1);
        assertThat(second.remaining()).isEqualTo(0);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.limit()).isEqualTo(2);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(52));
        advance(refused.retryAfter());
        assertThat(limiter.take(route, "ann", 2).allowed()).isTrue();
    }

    @Test
    void callers_and_routes_do_not_share() {
        var limiter = limiter();
        var route = UUID.randomUUID().toString();

        assertThat(limiter.take(route, "ann", 1).allowed()).isTrue();
        assertThat(limiter.take(route, "ann", 1).allowed()).isFalse();
        assertThat(limiter.take(route, "bob", 1).allowed()).isTrue();
        assertThat(limiter.take(UUID.randomUUID().toString(), "ann", 1).allowed())
                .isTrue();
    }

    @Test
    void many_callers_of_many_instances_get_exactly_the_limit() throws Exception {
        var route = UUID.randomUUID().toString();
        var limiters = List.of(limiter(), limiter(), limiter());
        var callers = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 600; i++) {
            var limiter = limiters.get(i % limiters.size());
            callers.add(() -> limiter.take(route, "ann", 100).allowed());
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var passed = threads.invokeAll(callers).stream()
                    .filter(result -> result.resultNow())
                    .count();

            assertThat(passed).isEqualTo(100);
        }
    }

    /** Leases, lost ones among them, never let more pass in any sixty seconds; and do not lose many. */
    @Test
    void no_minute_wherever_it_begins_has_more_than_the_limit() {
        var random = new Random(42);
        var limiters = List.of(limiter(), limiter());
        var route = UUID.randomUUID().toString();
        var passedAt = new ConcurrentSkipListMap<Long, AtomicInteger>();
        int all = 0;
        for (int i = 0; i < 4000; i++) {
            advance(Duration.ofMillis(random.nextInt(90)));
            if (limiters.get(random.nextInt(2)).take(route, "ann", 400).allowed()) {
                passedAt.computeIfAbsent(clock.instant().toEpochMilli(), at -> new AtomicInteger())
                        .incrementAndGet();
                all++;
            }
        }

        for (var from : passedAt.keySet()) {
            assertThat(passedAt.subMap(from, from + 60_000).values().stream()
                            .mapToInt(AtomicInteger::get)
                            .sum())
                    .isLessThanOrEqualTo(400);
        }
        assertThat(all).isGreaterThan(900);
    }

    /** What those who wait are granted together is theirs, however long the store took. */
    @Test
    void a_slow_store_is_asked_once_for_all_who_wait() throws Exception {
        var callers = new ArrayList<Thread>();
        var calls = new AtomicInteger();
        var slow = new WindowStore(table.client(), table.configuration()) {
            @Override
            Taken take(String name, int limit, int wanted, long now, @Nullable Taken seen) {
                if (calls.incrementAndGet() == 1) {
                    awaitBlocked(callers, 19);
                }
                advance(Duration.ofMillis(150));
                return super.take(name, limit, wanted, now, seen);
            }
        };
        var limiter = new RouteLimiter(slow, clock, nanos::get);
        var route = UUID.randomUUID().toString();
        var passed = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            callers.add(Thread.ofPlatform().unstarted(() -> {
                if (limiter.take(route, "ann", 1000).allowed()) {
                    passed.incrementAndGet();
                }
            }));
        }
        callers.forEach(Thread::start);
        for (var caller : callers) {
            caller.join();
        }

        assertThat(passed).hasValue(20);
        assertThat(calls).hasValue(2);
    }

    private static void awaitBlocked(List<Thread> threads, int many) {
        while (threads.stream()
                        .filter(thread -> thread.getState() == Thread.State.BLOCKED)
                        .count()
                < many) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_store_that_does_not_answer_lets_nobody_pass() {
        var nowhere = new DynamoConfiguration("x", "y", "http://127.0.0.1:1", "us-east-1", 4);
        try (var dynamo = DynamoConnection.open(nowhere)) {
            var limiter = new RouteLimiter(new WindowStore(dynamo, nowhere), clock, nanos::get);

            assertThatThrownBy(() -> limiter.take("route", "ann", 5)).isInstanceOf(ApiException.class);
        }
    }

    private RouteLimiter limiter() {
        return new RouteLimiter(new WindowStore(table.client(), table.configuration()), clock, nanos::get);
    }

    private void advance(Duration time) {
        clock.advance(time);
        nanos.addAndGet(time.toNanos());
    }

    private static int passed(RouteLimiter limiter, String route, int limit, int times) {
        int passed = 0;
        for (int i = 0; i < times; i++) {
            passed += limiter.take(route, "ann", limit).allowed() ? 1 : 0;
        }
        return passed;
    }
}
