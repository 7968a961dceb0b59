package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LateTest {
    private final AtomicInteger made = new AtomicInteger();
    private final List<Integer> ended = new ArrayList<>();
    private final Late<Integer> late = new Late<>(made::incrementAndGet, ended::add);

    @Test
    void all_who_ask_first_get_the_same() throws Exception {
        var begin = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = IntStream.range(0, 200)
                    .mapToObj(number -> threads.submit(() -> {
                        begin.await();
                        return late.get();
                    }))
                    .toList();
            begin.countDown();

            var answers = new HashSet<Integer>();
            for (Future<Integer> one : asked) {
                answers.add(one.get());
            }
            assertThat(answers).containsExactly(1);
        }
    }

    @Test
    void what_was_made_is_ended_once() {
        assertThat(late.get()).isEqualTo(1);

        late.close();
        late.close();

        assertThat(ended).containsExactly(1);
        assertThat(late.get()).isEqualTo(1);
    }

    @Test
    void what_nobody_asked_for_is_never_made() {
        late.close();

        assertThatThrownBy(late::get).isInstanceOf(IllegalStateException.class);
        assertThat(made).hasValue(0);
        assertThat(ended).isEmpty();
    }
}
