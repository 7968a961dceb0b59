package dev.elevo.contract.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what comes about by itself, and leaves the processor to it meanwhile. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SHORTEST_PAUSE_NANOS = 2_000_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private Eventually() {}

    /** What is waited for. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void await(Condition condition) {
        await("it comes about", condition);
    }

    public static void await(String what, Condition condition) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        for (var pause = SHORTEST_PAUSE_NANOS; !isMet(condition); pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS)) {
            assertThat(System.nanoTime()).as(what + " within " + PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(pause);
        }
    }

    private static boolean isMet(Condition condition) {
        try {
            return condition.holds();
        } catch (RuntimeException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Between two looks, for loops of other kinds: a look may be a call of the whole service. */
    public static void pause() {
        LockSupport.parkNanos(LONGEST_PAUSE_NANOS);
    }
}
