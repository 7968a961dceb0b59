package dev.elevo.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import dev.elevo.platform.testing.DynamoDbLocal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Instances with a client of their own each, on one table, in real time. */
final class DynamoRateLimiterTest {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();

    private final BucketKey key = new BucketKey("test", UUID.randomUUID().toString());

    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void a_thousand_requests_at_once_on_four_instances_pass_exactly_as_the_law_allows(int perMinute) throws Exception {
        var clients = List.of(open(), open(), open(), open());
        var limiters = clients.stream().map(DynamoRateLimiterTest::limiter).toList();
        var start = new CountDownLatch(1);
        long passed;
        long startedAt;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var decisions = new ArrayList<Future<Decision>>();
            for (int i = 0; i < 1000; i++) {
                var limiter = limiters.get(i % limiters.size());
                Callable<Decision> call = () -> {
                    start.await();
                    return limiter.take(key, perMinute);
                };
                decisions.add(callers.submit(call));
            }
            startedAt = System.nanoTime();
            start.countDown();
            var count = 0;
            for (var decision : decisions) {
                count += decision.get().allowed() ? 1 : 0;
            }
            passed = count;
        } finally {
            clients.forEach(DynamoDbClient::close);
        }
        var elapsed = System.nanoTime() - startedAt;

        assertThat(passed)
                .isBetween(
                        (long) perMinute,
                        perMinute + perMinute * elapsed / Duration.ofMinutes(1).toNanos());
    }

    @Test
    void a_decision_under_the_limit_costs_one_call() {
        var calls = new AtomicInteger();
        var limiter = limiter(counting(calls));
        for (int i = 0; i < 50; i++) {
            assertThat(limiter.take(key, 100).allowed()).isTrue();
        }

        assertThat(calls).hasValue(50);
    }

    @Test
    void a_refusal_that_is_certain_costs_none() {
        var calls = new AtomicInteger();
        var limiter = limiter(counting(calls));
        limiter.take(key, 1);

        for (int i = 0; i < 50; i++) {
            assertThat(limiter.take(key, 1).allowed()).isFalse();
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void an_item_that_may_have_aged_away_costs_no_second_call() {
        var calls = new AtomicInteger();
        var now = nowMicros();
        var seen = now - TimeUnit.SECONDS.toMicros(61);

        assertThat(store(counting(calls)).take(key, Terms.of(100), 1, seen, now).tokens())
                .isOne();
        assertThat(calls).hasValue(1);
    }

    @Test
    void an_item_that_is_gone_too_early_is_a_full_bucket() {
        var calls = new AtomicInteger();
        var now = nowMicros();

        assertThat(store(counting(calls)).take(key, Terms.of(100), 1, now, now))
                .isEqualTo(new BucketStore.Taken(1, now + Terms.of(100).interval()));
        assertThat(calls).hasValue(2);
    }

    @Test
    void another_instance_finds_the_bucket_as_it_was_left() {
        limiter(DynamoDbLocal.shared().client()).take(key, 2);
        limiter(DynamoDbLocal.shared().client()).take(key, 2);

        assertThat(limiter(DynamoDbLocal.shared().client()).take(key, 2).allowed())
                .isFalse();
    }

    @Test
    void buckets_of_other_callers_and_classes_are_not_touched() {
        var limiter = limiter(DynamoDbLocal.shared().client());
        limiter.take(key, 1);

        assertThat(limiter.take(key, 1).allowed()).isFalse();
        assertThat(limiter.take(new BucketKey("other", key.caller()), 1).allowed())
                .isTrue();
        assertThat(limiter.take(new BucketKey("test", key.caller() + "2"), 1).allowed())
                .isTrue();
    }

    @Test
    void a_limit_never_fails_open() {
        try (var nowhere = DynamoConnection.open(
                new DynamoConfiguration("elevo", "elevo-sandboxes", "http://127.0.0.1:1", "us-east-1", 1))) {
            var limiter = limiter(nowhere);

            assertThatThrownBy(() -> limiter.take(key, 100)).isInstanceOfSatisfying(ApiException.class, e -> {
                assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
                assertThat(((Failure.Unavailable) e.failure()).retryAfterSeconds())
                        .isOne();
            });
            assertThatThrownBy(() -> limiter.peek(key, 100)).isInstanceOf(ApiException.class);
        }
    }

    private static DynamoRateLimiter limiter(DynamoDbClient client) {
        return new DynamoRateLimiter(store(client), InstantSource.system());
    }

    private static DynamoBucketStore store(DynamoDbClient client) {
        return new DynamoBucketStore(client, TABLE);
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static DynamoDbClient open() {
        return DynamoConnection.open(TABLE);
    }

    private static DynamoDbClient counting(AtomicInteger calls) {
        var client = DynamoDbLocal.shared().client();
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, args) -> {
                    calls.incrementAndGet();
                    try {
                        return method.invoke(client, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
