package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Who works and who waits. */
class TurnsTest {
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @Test
    void no_more_than_that_work_at_a_time_and_the_others_say_that_they_wait() {
        var turns = new Turns(1);
        var first = work(turns, "one", "first");
        await(() -> begun.size() == 1);
        var second = work(turns, "one", "second");
        await(() -> second.progress() == Progress.WAITING);
        assertThat(first.progress()).isEqualTo(Progress.AT_WORK);
        assertThat(begun).containsExactly("first");

        first.finish();
        await(() -> begun.equals(List.of("first", "second")));

        assertThat(second.progress()).isEqualTo(Progress.AT_WORK);
        second.finish();
        assertThat(second.labour.await(60_000).progress()).isEqualTo(Progress.DONE);
    }

    @Test
    void who_has_much_to_do_keeps_nobody_else_waiting() {
        var turns = new Turns(2);
        var first = work(turns, "greedy", "first");
        await(() -> begun.size() == 1);
        var second = work(turns, "greedy", "second");
        await(() -> second.progress() == Progress.WAITING);
        var third = work(turns, "greedy", "third");
        await(() -> third.progress() == Progress.WAITING);

        var other = work(turns, "other", "other");
        await(() -> begun.equals(List.of("first", "other")));
        var another = work(turns, "other", "another");
        await(() -> another.progress() == Progress.WAITING);

        first.finish();
        await(() -> begun.equals(List.of("first", "other", "second")));
        other.finish();
        await(() -> begun.equals(List.of("first", "other", "second", "another")));
        assertThat(third.progress()).isEqualTo(Progress.WAITING);
        List.of(second, another, third).forEach(Working::finish);
        assertThat(third.labour.await(60_000).progress()).isEqualTo(Progress.DONE);
    }

    private Working work(Turns turns, String depot, String name) {
        var end = new CountDownLatch(1);
        var labour = new Labour(mine -> turns.holding(mine, depot, () -> {
            begun.add(name);
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return SnapshotStatus.of(Progress.DONE);
        }));
        return new Working(labour.start(name), end);
    }

    private record Working(Labour labour, CountDownLatch end) {
        Progress progress() {
            return labour.status().progress();
        }

        void finish() {
            end.countDown();
        }
    }
}
