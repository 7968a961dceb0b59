package dev.elevo.agent.lsp;

import java.time.Duration;

/** When an answer is due. */
record Deadline(long nanos) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    static Deadline inMillis(int millis) {
        return in(Duration.ofMillis(Math.max(0, millis)));
    }

    /** Never negative. */
    long left() {
        return Math.max(0, nanos - System.nanoTime());
    }

    boolean isOver() {
        return left() == 0;
    }

    Deadline orIn(Duration time) {
        var other = in(time);
        return other.nanos - nanos < 0 ? other : this;
    }
}
