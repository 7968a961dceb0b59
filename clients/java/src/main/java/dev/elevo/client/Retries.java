package dev.elevo.client;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often and when something is tried again: after twice the time each time, of which the latter half is left to chance, so that
 * many who failed at once do not come back at once.
 */
final class Retries {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Who is told to wait longer than this is told so, rather than kept waiting. */
    private static final Duration PATIENCE = Duration.ofSeconds(65);

    /** Between two questions whether a lost attempt has ended. */
    private static final Duration QUESTION = Duration.ofMillis(500);

    /** So long, a minute, may a lost attempt be under way at the service. */
    private static final int MOST_QUESTIONS = 120;

    /** Ends early for one who waits no more. */
    interface Pause {
        void take(Duration duration, CountDownLatch over) throws InterruptedException;
    }

    /** @param least what the service asks for, before which it is no use */
    record Failed(
            WorkspaceException reason,
            boolean mayPass,
            @Nullable Duration least) {}

    private final int most;
    private final RandomGenerator chance;
    private final Pause pause;
    private final CountDownLatch over;

    Retries(int most, RandomGenerator chance, Pause pause) {
        this(most, chance, pause, new CountDownLatch(1));
    }

    private Retries(int most, RandomGenerator chance, Pause pause, CountDownLatch over) {
        this.most = most;
        this.chance = chance;
        this.pause = pause;
        this.over = over;
    }

    static void sleep(Duration duration, CountDownLatch over) throws InterruptedException {
        over.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The same, whose pauses end when this is over. */
    Retries until(CountDownLatch end) {
        return new Retries(most, chance, pause, end);
    }

    /**
     * Waits until it is time for another attempt.
     *
     * @param done attempts so far, at least one
     * @throws WorkspaceException the reason, when it was the last
     */
    void await(int done, Failed failed) {
        if (!failed.mayPass() || done > most) {
            throw failed.reason();
        }
        pause(done, failed);
    }

    /**
     * Waits as long as after so many attempts, and says how long that was.
     *
     * @throws WorkspaceException the reason, when the service asks for more than anybody is kept waiting
     */
    Duration pause(int done, Failed failed) {
        var wait = failed.least() == null ? backOff(done) : failed.least().plus(jitter(FIRST));
        if (wait.compareTo(PATIENCE) > 0) {
            throw failed.reason();
        }
        rest(wait);
        return wait;
    }

    /**
     * Waits until it is time to ask again what became of an attempt of ours whose answer was lost. It is being carried out, so this
     * is no failure, and counts as none.
     *
     * @param asked how often so far, at least once
     * @throws WorkspaceException the reason, when it takes too long
     */
    void awaitLost(int asked, WorkspaceException reason) {
        if (asked > MOST_QUESTIONS) {
            throw reason;
        }
        rest(QUESTION);
    }

    private void rest(Duration wait) {
        try {
            pause.take(wait, over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        }
    }

    private Duration backOff(int done) {
        var longest = FIRST.multipliedBy(1L << Math.min(done - 1, 20));
        var half = (longest.compareTo(LONGEST) < 0 ? longest : LONGEST).dividedBy(2);
        return half.plus(jitter(half));
    }

    private Duration jitter(Duration most) {
        return Duration.ofNanos(chance.nextLong(most.toNanos() + 1));
    }
}
