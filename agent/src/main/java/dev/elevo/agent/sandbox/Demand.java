package dev.elevo.agent.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How many must stand ready: as many as somebody had in a rush of late, since whoever has a hundred at once mostly has them
 * again. Who ends each before the next is in no rush.
 */
final class Demand {
    static final int MOST = 100;
    static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final int least;
    private final InstantSource clock;
    private int more;
    private int rush;
    private Instant rushedAt;

    /** @param least how many when nobody was in a rush; none is none whatever happens */
    Demand(int least, InstantSource clock) {
        this.least = least;
        this.clock = clock;
        this.rushedAt = clock.instant();
    }

    synchronized int wanted() {
        return least == 0 ? 0 : Math.max(least, Math.min(remembered(), MOST));
    }

    private int remembered() {
        return clock.instant().isBefore(rushedAt.plus(REMEMBERED)) ? rush : 0;
    }

    synchronized void taken() {
        more++;
        if (more >= Math.min(remembered(), MOST)) {
            rush = more;
            rushedAt = clock.instant();
        }
    }

    synchronized void ended() {
        more = Math.max(0, more - 1);
    }

    /** What is taken from now on is another rush. */
    synchronized void allReady() {
        more = 0;
    }
}
