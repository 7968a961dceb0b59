package dev.elevo.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every store of buckets does. */
abstract class BucketStoreContract {
    private static final long NOW = 1_767_225_600_000_000L;

    private final BucketStore store = store();
    private final BucketKey key = new BucketKey("test", UUID.randomUUID().toString());

    abstract BucketStore store();

    @Test
    void a_bucket_nobody_took_from_is_full() {
        assertThat(store.fullAt(key)).isZero();
        assertThat(store.take(key, Terms.of(60), 60, 0, NOW)).isEqualTo(new BucketStore.Taken(60, NOW + 60_000_000));
    }

    @Test
    void what_is_wanted_beyond_what_is_there_is_not_given() {
        store.take(key, Terms.of(60), 50, 0, NOW);

        assertThat(store.take(key, Terms.of(60), 50, 0, NOW).tokens()).isEqualTo(10);
        assertThat(store.take(key, Terms.of(60), 1, 0, NOW).tokens()).isZero();
    }

    @Test
    void a_token_is_back_after_its_interval_and_not_a_microsecond_earlier() {
        store.take(key, Terms.of(60), 60, 0, NOW);

        assertThat(store.take(key, Terms.of(60), 1, 0, NOW + 999_999).tokens()).isZero();
        assertThat(store.take(key, Terms.of(60), 1, 0, NOW + 1_000_000).tokens())
                .isOne();
        assertThat(store.take(key, Terms.of(60), 1, 0, NOW + 1_000_000).tokens())
                .isZero();
    }

    @Test
    void an_idle_bucket_saves_up_no_more_than_itself() {
        store.take(key, Terms.of(60), 60, 0, NOW);
        var nextDay = NOW + 86_400_000_000L;

        assertThat(store.take(key, Terms.of(60), 100, 0, nextDay).tokens()).isEqualTo(60);
    }

    @Test
    void a_clock_that_is_behind_gets_less_never_more() {
        store.take(key, Terms.of(60), 30, 0, NOW);

        assertThat(store.take(key, Terms.of(60), 60, 0, NOW - 10_000_000).tokens())
                .isEqualTo(20);
        assertThat(store.take(key, Terms.of(60), 60, 0, NOW).tokens()).isEqualTo(10);
    }

    @Test
    void a_lowered_limit_holds_at_once() {
        store.take(key, Terms.of(60), 30, 0, NOW);

        assertThat(store.take(key, Terms.of(10), 10, 0, NOW).tokens()).isEqualTo(5);
    }

    @Test
    void whatever_was_seen_before_the_answer_is_the_same() {
        var random = new Random(7);
        var reference = new InMemoryBucketStore();
        var terms = Terms.of(30);
        var now = NOW;
        for (int i = 0; i < 300; i++) {
            now += random.nextLong(4_000_000);
            var wanted = 1 + random.nextInt(6);
            // Nothing, the truth, or an older truth; never a later one, since a bucket's time does not go back.
            var seen = random.nextInt(3) == 0 ? 0 : reference.fullAt(key) - random.nextInt(2) * 1_000_000L;

            assertThat(store.take(key, terms, wanted, Math.max(0, seen), now).tokens())
                    .as("step %d", i)
                    .isEqualTo(reference.take(key, terms, wanted, 0, now).tokens());
            assertThat(store.fullAt(key)).isEqualTo(reference.fullAt(key));
        }
    }
}
