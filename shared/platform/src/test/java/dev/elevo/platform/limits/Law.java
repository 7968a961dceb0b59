package dev.elevo.platform.limits;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The law of contract 1.5, said slowly: in any span of t seconds at most N + N·t/60 requests pass. Whole numbers only, so that it
 * forgives nothing.
 */
final class Law {
    private static final long MINUTE = 60_000_000;

    private final int perMinute;
    private long passed;
    private long startedAt = Long.MIN_VALUE;
    private long lowestBefore = Long.MAX_VALUE;

    Law(int perMinute) {
        this.perMinute = perMinute;
    }

    /**
     * One more request passes. With passes i at time t(i), all spans keep the law if and only if for each i ≤ j
     * (j + 1)·60 s - N·t(j) - (i·60 s - N·t(i)) ≤ N·60 s; of all i only the one with the lowest term needs to be remembered.
     */
    void passes(long micros) {
        if (startedAt == Long.MIN_VALUE) {
            startedAt = micros;
        }
        var now = micros - startedAt;
        lowestBefore = Math.min(lowestBefore, passed * MINUTE - perMinute * now);
        passed++;
        assertThat(passed * MINUTE - perMinute * now - lowestBefore)
                .as("request %d, %d µs after the first, is one too many for %d per minute", passed, now, perMinute)
                .isLessThanOrEqualTo(perMinute * MINUTE);
    }

    long passed() {
        return passed;
    }
}
