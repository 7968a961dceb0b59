package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LateTest {
    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> ended = new ArrayList<>();
    private final Late<Integer> late = new Late<>(made::incrementAndGet, ended::add);

    /** Whoever makes it goes on when all are there, each of whom would make another. */
    @Test
    void all_who_ask_first_get_the_same() throws Exception {
        var there = new CountDownLatch(8);
        var slow = new Late<>(
                () -> {
                    awaitAll(there);
                    return made.incrementAndGet();
                },
                ended::add);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<Optional<Integer>>>();
            for (int i = 0; i < 8; i++) {
                asked.add(threads.submit(() -> {
                    there.countDown();
                    return slow.get();
                }));
            }
            for (var answer : asked) {
                assertThat(answer.get()).contains(1);
            }
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void what_was_made_is_ended_once_and_given_to_nobody_any_more() {
        assertThat(late.get()).contains(1);

        late.close();
        late.close();

        assertThat(ended).containsExactly(1);
        assertThat(late.get()).isEmpty();
    }

    @Test
    void what_nobody_asked_for_is_never_made() {
        late.close();

        assertThat(late.get()).isEmpty();
        assertThat(made).hasValue(0);
        assertThat(ended).isEmpty();
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
