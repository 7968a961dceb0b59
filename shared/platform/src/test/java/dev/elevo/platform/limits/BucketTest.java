package dev.elevo.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several instances share a bucket, in a time of the test's own. */
final class BucketTest {
    private static final BucketKey KEY = new BucketKey("test", "caller");

    private final TestTime time = new TestTime();
    private final InMemoryBucketStore store = new InMemoryBucketStore();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 30, 60, 100, 299, 300, 999, 1000, 7777, 100_000})
    void in_no_span_of_time_one_request_too_many_passes(int perMinute) {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var law = new Law(perMinute);
            var key = new BucketKey("test", perMinute + "/" + seed);
            var instances = instances(4, key, perMinute);
            for (int i = 0; i < 3000; i++) {
                time.advance(gap(random, perMinute));
                if (instances.get(random.nextInt(4)).take().allowed()) {
                    law.passes(time.micros());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 30, 60, 100})
    void small_buckets_decide_like_the_law_request_by_request(int perMinute) {
        var random = new Random(perMinute);
        var reference = new InMemoryBucketStore();
        var instances = instances(4, KEY, perMinute);
        for (int i = 0; i < 5000; i++) {
            time.advance(gap(random, perMinute));

            assertThat(instances.get(random.nextInt(4)).take().allowed())
                    .as("request %d", i)
                    .isEqualTo(reference
                                    .take(KEY, Terms.of(perMinute), 1, 0, time.micros())
                                    .tokens()
                            == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 1000, 6000, 100_000})
    void of_a_leased_bucket_nearly_all_can_be_used(int perMinute) {
        var instances = instances(4, KEY, perMinute);
        var random = new Random(perMinute);
        var law = new Law(perMinute);
        var startedAt = time.micros();
        // Three times as many as the limit allows, for three minutes.
        while (time.micros() - startedAt < 180_000_000) {
            time.advance(random.nextLong(2 * 20_000_000L / perMinute));
            if (instances.get(random.nextInt(4)).take().allowed()) {
                law.passes(time.micros());
            }
        }

        assertThat(law.passed()).isBetween(perMinute * 4L * 95 / 100, perMinute * 4L);
    }

    @Test
    void a_hot_bucket_is_asked_far_less_often_than_it_decides() {
        var bucket = instances(1, KEY, 600_000).getFirst();
        for (int i = 0; i < 100_000; i++) {
            time.advance(100);
            assertThat(bucket.take().allowed()).isTrue();
        }

        assertThat(store.calls()).isLessThan(1000);
    }

    @Test
    void who_asks_one_thing_after_the_other_waits_for_the_table_seldom() {
        var bucket = instances(1, KEY, 6000).getFirst();
        for (int i = 0; i < 1000; i++) {
            time.advance(20_000);
            assertThat(bucket.take().allowed()).isTrue();
        }

        assertThat(store.calls()).isLessThan(400);
    }

    @Test
    void an_empty_bucket_is_not_asked_again_before_a_token_is_back() {
        var bucket = instances(1, KEY, 60).getFirst();
        for (int i = 0; i < 60; i++) {
            bucket.take();
        }
        var asked = store.calls();

        assertThat(bucket.take().allowed()).isFalse();
        time.advance(999_999);
        assertThat(bucket.take().allowed()).isFalse();
        assertThat(store.calls()).isEqualTo(asked);
        time.advance(1);
        assertThat(bucket.take().allowed()).isTrue();
    }

    @Test
    void what_is_left_and_when_it_is_full_again_is_told() {
        var bucket = instances(1, KEY, 60).getFirst();
        var now = time.instant();

        assertThat(bucket.take()).isEqualTo(new Decision(true, 60, 59, now.plusSeconds(1), Duration.ZERO));
        for (int i = 0; i < 59; i++) {
            bucket.take();
        }
        time.advance(250_000);
        assertThat(bucket.take()).isEqualTo(new Decision(false, 60, 0, now.plusSeconds(60), Duration.ofMillis(750)));
    }

    @Test
    void looking_takes_nothing() {
        var bucket = instances(1, KEY, 2).getFirst();

        assertThat(IntStream.range(0, 5).mapToObj(i -> bucket.peek().allowed())).containsOnly(true);
        bucket.take();
        bucket.take();
        assertThat(bucket.peek().allowed()).isFalse();
    }

    @Test
    void a_leased_token_is_not_used_after_its_time() {
        var bucket = instances(1, KEY, 600_000).getFirst();
        while (bucket.take().remaining() > 0 && store.calls() < 8) {
            time.advance(10);
        }
        var asked = store.calls();

        time.advance(Terms.LEASE.toNanos() / 1000);
        bucket.take();

        assertThat(store.calls()).isEqualTo(asked + 1);
    }

    @Test
    void who_waits_for_a_write_shares_the_next_and_gets_its_token_however_long_it_takes() throws Exception {
        var slow = new GatedStore(store);
        var bucket = new Bucket(slow, KEY, Terms.of(100), time, time::nanos);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Decision> call = bucket::take;
            var first = callers.submit(call);
            slow.awaitCall(1);
            var others =
                    IntStream.range(0, 150).mapToObj(i -> callers.submit(call)).toList();
            awaitWaiting(others.size(), bucket);
            slow.open(1);
            slow.awaitCall(2);
            // Much longer than any lease: these callers asked before the write, the tokens are theirs.
            time.advance(300_000);
            slow.open(1);

            assertThat(first.get().allowed()).isTrue();
            assertThat(others.stream().map(BucketTest::answer).filter(Decision::allowed))
                    .hasSize(99);
            assertThat(store.calls()).isEqualTo(2);
        }
    }

    @Test
    void when_the_store_fails_all_who_shared_the_write_are_refused_and_the_next_asks_again() throws Exception {
        var broken = new GatedStore(store);
        var bucket = new Bucket(broken, KEY, Terms.of(100), time, time::nanos);
        broken.failing = true;
        broken.open(2);

        assertThatThrownBy(bucket::take).isInstanceOf(IllegalStateException.class);
        broken.failing = false;
        assertThat(bucket.take().allowed()).isTrue();
    }

    @Test
    void who_waits_for_a_write_that_fails_is_told_to_come_back() throws Exception {
        var broken = new GatedStore(store);
        var bucket = new Bucket(broken, KEY, Terms.of(100), time, time::nanos);
        broken.failing = true;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Decision> call = bucket::take;
            var first = callers.submit(call);
            broken.awaitCall(1);
            var second = callers.submit(call);
            var third = callers.submit(call);
            awaitWaiting(2, bucket);
            broken.open(2);

            assertThat(List.of(first, second, third))
                    .allSatisfy(caller -> assertThatThrownBy(caller::get).hasCauseInstanceOf(RuntimeException.class));
            assertThat(List.of(second, third))
                    .anySatisfy(caller -> assertThatThrownBy(caller::get)
                            .cause()
                            .isInstanceOfSatisfying(
                                    ApiException.class,
                                    e -> assertThat(e.failure()).isInstanceOf(Failure.Unavailable.class)));
            assertThat(broken.calls()).isEqualTo(2);
        }
    }

    @Test
    void the_wait_that_is_told_is_enough() {
        var bucket = instances(1, KEY, 7).getFirst();
        Decision decision;
        do {
            decision = bucket.take();
        } while (decision.allowed());

        time.advance(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(decision.retryAfter())));

        assertThat(bucket.take().allowed()).isTrue();
        assertThat(decision.retryAfter().toMillis()).isCloseTo(60_000 / 7, within(1L));
    }

    private List<Bucket> instances(int count, BucketKey key, int perMinute) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Bucket(store, key, Terms.of(perMinute), time, time::nanos))
                .toList();
    }

    /** Bursts, a trickle about as fast as the bucket fills, and pauses in which it does. */
    private static long gap(Random random, int perMinute) {
        return switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> random.nextLong(10);
            case 4, 5, 6 -> random.nextLong(2 * 60_000_000L / perMinute);
            default -> random.nextInt(50) == 0 ? random.nextLong(90_000_000) : random.nextLong(200_000);
        };
    }

    private static Decision answer(Future<Decision> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitWaiting(int count, Bucket bucket) {
        while (bucket.waiting() < count) {
            Thread.onSpinWait();
        }
    }

    /** Each call stands before a gate until the test lets it through. */
    private static final class GatedStore implements BucketStore {
        private final BucketStore store;
        private int called;
        private int opened;
        private volatile boolean failing;

        GatedStore(BucketStore store) {
            this.store = store;
        }

        @Override
        public synchronized Taken take(BucketKey key, Terms terms, int wanted, long seen, long now) {
            called++;
            notifyAll();
            awaitUntil(() -> opened >= called);
            if (failing) {
                throw new IllegalStateException("the store is down");
            }
            return store.take(key, terms, wanted, seen, now);
        }

        @Override
        public long fullAt(BucketKey key) {
            return store.fullAt(key);
        }

        synchronized void awaitCall(int number) {
            awaitUntil(() -> called >= number);
        }

        synchronized void open(int more) {
            opened += more;
            notifyAll();
        }

        synchronized int calls() {
            return called;
        }

        private synchronized void awaitUntil(BooleanSupplier condition) {
            while (!condition.getAsBoolean()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
