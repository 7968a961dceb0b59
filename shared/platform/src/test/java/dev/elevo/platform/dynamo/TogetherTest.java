package dev.elevo.platform.dynamo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TogetherTest {
    /** Holds the first request until so many ask that the others have to wait. */
    private static final int OTHERS = 10;

    @Test
    void who_asks_alone_is_asked_for_alone() {
        var together = new Together<Integer, String>(4, TogetherTest::texts);

        assertThat(together.ask(7)).isEqualTo("7");
    }

    @Test
    void who_comes_meanwhile_goes_together_and_gets_the_answer_to_his_own_question() throws Exception {
        var requests = new ConcurrentLinkedQueue<List<Integer>>();
        var underWay = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var together = new Together<Integer, String>(4, questions -> {
            requests.add(questions);
            underWay.countDown();
            await(goOn);
            return texts(questions);
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asking = new AtomicInteger();
            var answers = new ArrayList<Future<String>>();
            answers.add(threads.submit(() -> together.ask(0)));
            underWay.await();
            IntStream.rangeClosed(1, OTHERS)
                    .forEach(i -> answers.add(threads.submit(() -> {
                        asking.incrementAndGet();
                        return together.ask(i);
                    })));
            while (asking.get() < OTHERS) {
                Thread.onSpinWait();
            }
            goOn.countDown();

            for (int i = 0; i <= OTHERS; i++) {
                assertThat(answers.get(i).get()).isEqualTo(Integer.toString(i));
            }
        }
        assertThat(requests).first().isEqualTo(List.of(0));
        assertThat(requests).allSatisfy(asked -> assertThat(asked).hasSizeLessThanOrEqualTo(4));
        assertThat(requests.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(0, OTHERS).boxed().toList());
    }

    @Test
    void what_breaks_a_request_nobody_gets_but_who_asked_for_it() throws Exception {
        var together = new Together<Integer, String>(4, questions -> {
            if (questions.contains(13)) {
                throw new IllegalArgumentException("thirteen");
            }
            return texts(questions);
        });

        assertThatThrownBy(() -> together.ask(13)).hasMessage("thirteen");
        assertThat(together.ask(14)).isEqualTo("14");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = IntStream.range(0, 200)
                    .mapToObj(i -> threads.submit(() -> together.ask(i)))
                    .toList();
            for (int i = 0; i < 200; i++) {
                if (i != 13) {
                    assertThat(answers.get(i).get()).isEqualTo(Integer.toString(i));
                }
            }
            assertThatThrownBy(answers.get(13)::get).hasRootCauseMessage("thirteen");
        }
    }

    private static List<String> texts(List<Integer> questions) {
        return questions.stream().map(question -> Integer.toString(question)).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
