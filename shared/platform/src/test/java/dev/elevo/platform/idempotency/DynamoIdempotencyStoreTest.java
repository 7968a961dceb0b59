package dev.elevo.platform.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.DynamoDbLocal;
import dev.elevo.platform.testing.SettableClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

final class DynamoIdempotencyStoreTest {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final IdempotencyStore store =
            new DynamoIdempotencyStore(DynamoDbLocal.shared().client(), TABLE, clock, "secret");
    private final IdempotencyStore otherInstance =
            new DynamoIdempotencyStore(DynamoDbLocal.shared().client(), TABLE, clock, "secret");
    private final IdempotencyKey key = new IdempotencyKey(
            "3#org#ann", "key-1", "POST", "/api/v1/sandboxes", UUID.randomUUID().toString());

    @Test
    void who_comes_second_learns_that_the_first_still_runs() {
        assertThat(store.begin(key, "hash")).isInstanceOf(Attempt.First.class);
        assertThat(otherInstance.begin(key, "hash")).isEqualTo(new Attempt.Running());
    }

    @Test
    void who_comes_after_the_end_gets_the_answer() {
        store.finish(first(), answer(201, "application/json", "/api/v1/sandboxes/sbx-1", bytes("{\"id\":\"sbx-1\"}")));

        assertAnswer(
                otherInstance.begin(key, "hash"),
                201,
                "application/json",
                "/api/v1/sandboxes/sbx-1",
                "{\"id\":\"sbx-1\"}");
        assertAnswer(
                store.begin(key, "hash"), 201, "application/json", "/api/v1/sandboxes/sbx-1", "{\"id\":\"sbx-1\"}");
    }

    @Test
    void another_credential_of_the_same_caller_does_not_learn_the_answer() {
        store.finish(first(), answer(201, "application/json", null, bytes("{\"key\":\"once\"}")));
        var narrower = new IdempotencyKey(key.caller(), "key-2", key.method(), key.path(), key.key());

        assertThat(store.begin(narrower, "hash")).isEqualTo(new Attempt.OtherBody());
    }

    @Test
    void an_answer_without_a_body_is_kept_too() {
        store.finish(first(), new StoredAnswer(204, null, null, new byte[0]));

        assertAnswer(store.begin(key, "hash"), 204, null, null, "");
    }

    @Test
    void another_body_is_told_while_the_first_runs_and_after() {
        var first = first();
        assertThat(store.begin(key, "other")).isEqualTo(new Attempt.OtherBody());

        store.finish(first, answer(200, null, null, bytes("done")));
        assertThat(store.begin(key, "other")).isEqualTo(new Attempt.OtherBody());
    }

    @Test
    void an_abandoned_key_is_free_with_any_body() {
        store.abandon(first());

        assertThat(store.begin(key, "other")).isInstanceOf(Attempt.First.class);
    }

    @Test
    void a_dead_attempt_frees_its_key_when_its_lease_ends_and_not_before() {
        first();

        clock.advance(LEASE.minusMillis(1));
        assertThat(store.begin(key, "hash")).isEqualTo(new Attempt.Running());
        clock.advance(Duration.ofMillis(1));
        assertThat(store.begin(key, "hash")).isInstanceOf(Attempt.First.class);
        assertThat(store.begin(key, "hash")).isEqualTo(new Attempt.Running());
    }

    @Test
    void an_attempt_that_was_taken_for_dead_changes_nothing_when_it_ends() {
        var dead = first();
        clock.advance(LEASE);
        var second = first();

        store.finish(dead, answer(200, null, null, bytes("of the dead")));
        assertThat(store.begin(key, "hash")).isEqualTo(new Attempt.Running());
        store.abandon(dead);
        assertThat(store.begin(key, "hash")).isEqualTo(new Attempt.Running());

        store.finish(second, answer(200, null, null, bytes("of the second")));
        store.finish(dead, answer(200, null, null, bytes("of the dead")));
        assertAnswer(store.begin(key, "hash"), 200, null, null, "of the second");
    }

    @Test
    void an_attempt_slower_than_its_lease_still_leaves_its_answer_when_nobody_took_over() {
        var slow = first();
        clock.advance(LEASE.plusSeconds(10));

        store.finish(slow, answer(200, null, null, bytes("late")));

        assertAnswer(store.begin(key, "hash"), 200, null, null, "late");
    }

    @Test
    void an_answer_is_kept_for_a_day_and_not_longer_though_the_table_forgets_late() {
        store.finish(first(), answer(200, null, null, bytes("done")));

        clock.advance(Duration.ofDays(1).minusSeconds(1));
        assertAnswer(store.begin(key, "hash"), 200, null, null, "done");
        clock.advance(Duration.ofSeconds(1));
        assertThat(store.begin(key, "hash")).isInstanceOf(Attempt.First.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {379_000, 380_000, 381_000, 1_500_000})
    void an_answer_larger_than_an_item_comes_back_whole(int size) {
        var noise = new byte[size];
        new Random(size).nextBytes(noise);

        store.finish(first(), answer(200, "application/octet-stream", null, noise));

        assertThat(otherInstance.begin(key, "hash"))
                .isInstanceOfSatisfying(
                        Attempt.Done.class,
                        done -> assertThat(done.answer().body()).isEqualTo(noise));
    }

    @Test
    void only_the_same_caller_method_path_and_key_are_the_same() {
        first();

        for (var other : List.of(
                new IdempotencyKey("3#org#bob", "key-1", key.method(), key.path(), key.key()),
                new IdempotencyKey("3#two#ann", "key-1", key.method(), key.path(), key.key()),
                new IdempotencyKey(key.caller(), key.credential(), "PUT", key.path(), key.key()),
                new IdempotencyKey(key.caller(), key.credential(), key.method(), key.path() + "/sbx-1", key.key()),
                new IdempotencyKey(key.caller(), key.credential(), key.method(), key.path(), key.key() + "2"))) {
            assertThat(store.begin(other, "hash")).as("%s", other).isInstanceOf(Attempt.First.class);
        }
    }

    @Test
    void the_longest_path_and_key_fit() {
        var longest = new IdempotencyKey(
                key.caller(), key.credential(), "DELETE", "/api/v1/" + "p".repeat(8000), key.key() + "k".repeat(219));

        assertThat(store.begin(longest, "hash")).isInstanceOf(Attempt.First.class);
        assertThat(store.begin(longest, "hash")).isEqualTo(new Attempt.Running());
    }

    @Test
    void of_fifty_at_once_exactly_one_is_the_first() throws Exception {
        var start = new CountDownLatch(1);
        var attempts = new ArrayList<Future<Attempt>>();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                var instance = i % 2 == 0 ? store : otherInstance;
                Callable<Attempt> call = () -> {
                    start.await();
                    return instance.begin(key, "hash");
                };
                attempts.add(callers.submit(call));
            }
            start.countDown();
        }

        assertThat(attempts.stream().map(Future::resultNow).filter(Attempt.First.class::isInstance))
                .hasSize(1);
        assertThat(attempts.stream().map(Future::resultNow).filter(new Attempt.Running()::equals))
                .hasSize(49);
    }

    @Test
    void a_write_that_the_connection_repeats_does_not_lose_against_itself() {
        var repeating =
                new DynamoIdempotencyStore(repeating(DynamoDbLocal.shared().client()), TABLE, clock, "secret");

        assertThat(repeating.begin(key, "hash")).isInstanceOf(Attempt.First.class);
    }

    private Attempt.First first() {
        return (Attempt.First) store.begin(key, "hash");
    }

    private static void assertAnswer(
            Attempt attempt, int status, @Nullable String contentType, @Nullable String location, String body) {
        assertThat(attempt).isInstanceOfSatisfying(Attempt.Done.class, done -> {
            assertThat(done.answer().status()).isEqualTo(status);
            assertThat(done.answer().contentType()).isEqualTo(contentType);
            assertThat(done.answer().location()).isEqualTo(location);
            assertThat(done.answer().body()).asString().isEqualTo(body);
        });
    }

    private static StoredAnswer answer(
            int status, @Nullable String contentType, @Nullable String location, byte[] body) {
        return new StoredAnswer(status, contentType, location, body);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As the SDK does when an answer is lost: the write happened, and is sent again. */
    private static DynamoDbClient repeating(DynamoDbClient client) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, args) -> {
                    try {
                        method.invoke(client, args);
                        return method.invoke(client, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
