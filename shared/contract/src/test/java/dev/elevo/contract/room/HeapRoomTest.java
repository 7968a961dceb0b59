package dev.elevo.contract.room;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HeapRoomTest {
    private static final long MEGABYTE = 1 << 20;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final HeapRoom impatient = new HeapRoom(8 * MEGABYTE, HeapRoom.Use.ANSWERS, Duration.ofMillis(20));
    private final HeapRoom patient = new HeapRoom(8 * MEGABYTE, HeapRoom.Use.ANSWERS, LONG);

    @Test
    void what_is_refused_was_never_taken() {
        try (var first = impatient.share();
                var second = impatient.share()) {
            first.take(2 * MEGABYTE);

            assertThatThrownBy(() -> second.take(MEGABYTE)).isInstanceOfSatisfying(ApiException.class, refused -> {
                assertThat(refused.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
                assertThat(refused.failure().details()).containsEntry("resource", "answers");
            });
            assertThat(second.isEmpty()).isTrue();
        }
        try (var next = impatient.share()) {
            next.take(2 * MEGABYTE);
        }
    }

    @Test
    void who_has_all_of_it_goes_on_while_others_wait() throws InterruptedException {
        var waiting = Thread.ofVirtual().unstarted(() -> {
            try (var other = patient.share()) {
                other.take(MEGABYTE);
            }
        });
        try (var all = patient.share()) {
            all.take(100 * MEGABYTE);
            waiting.start();
            await(() -> waiting.getState() == Thread.State.TIMED_WAITING);

            all.take(MEGABYTE);
        }

        assertThat(waiting.join(LONG)).isTrue();
    }

    @Test
    void two_that_take_for_one_share_never_ask_for_more_than_there_is() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var share = patient.share()) {
            var taken = IntStream.range(0, 50)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> share.take(MEGABYTE)))
                    .toList();
            for (var one : taken) {
                one.get();
            }
        }
        try (var all = patient.share()) {
            all.take(100 * MEGABYTE);
        }
    }

    @Test
    void what_comes_after_the_end_is_given_back_at_once() {
        var gone = impatient.share();
        gone.close();
        gone.take(MEGABYTE);

        try (var all = impatient.share()) {
            all.take(2 * MEGABYTE);
        }
    }
}
