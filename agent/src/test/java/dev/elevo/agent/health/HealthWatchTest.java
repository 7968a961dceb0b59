package dev.elevo.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HealthWatchTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Stubborn probe = new Stubborn();

    /** Neither its look nor the end of it takes less than until the test says so. */
    private static final class Stubborn implements Probe {
        final CountDownLatch looking = new CountDownLatch(1);
        final CountDownLatch cutting = new CountDownLatch(1);
        final CountDownLatch letGo = new CountDownLatch(1);

        @Override
        public boolean passes() {
            looking.countDown();
            await(letGo);
            return true;
        }

        @Override
        public void cutShort(Thread thread) {
            cutting.countDown();
            await(letGo);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() {
        probe.letGo.countDown();
        timer.shutdownNow();
    }

    private HealthWatch begun(Duration timeout) {
        var watch = new HealthWatch("sandbox", probe, new Pulse(1, 1), Duration.ofHours(1), timeout, timer);
        watch.checkAfter(Duration.ZERO);
        return watch;
    }

    @Test
    void a_check_that_is_hard_to_end_does_not_hold_the_timer_of_all() throws Exception {
        var watch = begun(Duration.ofMillis(1));
        await(probe.cutting);

        assertThat(timer.submit(() -> "free").get(20, TimeUnit.SECONDS)).isEqualTo("free");
        probe.letGo.countDown();
        watch.stop();
    }

    @Test
    void neither_does_a_watch_that_is_being_stopped() throws Exception {
        var watch = begun(Duration.ofHours(1));
        await(probe.looking);
        Thread.ofVirtual().start(watch::stop);
        await(probe.cutting);

        CompletableFuture.runAsync(watch::goOn).get(20, TimeUnit.SECONDS);
        assertThat(timer.submit(() -> "free").get(20, TimeUnit.SECONDS)).isEqualTo("free");
        probe.letGo.countDown();
        watch.stop();
    }
}
