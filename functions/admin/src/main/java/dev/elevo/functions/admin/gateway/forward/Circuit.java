package dev.elevo.functions.admin.gateway.forward;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Leaves a service alone that fails: closed, open for a while, then half open for one request, which decides. */
final class Circuit {
    private final int threshold;
    private final long openNanos;
    private final LongSupplier ticker;

    private int failures;
    private boolean isOpen;
    private long openedAt;
    private boolean probing;

    Circuit(int threshold, Duration open, LongSupplier ticker) {
        this.threshold = threshold;
        this.openNanos = open.toNanos();
        this.ticker = ticker;
    }

    /** Empty when the request may pass; else how long until one may. Whoever passes says how it ended. */
    synchronized Optional<Duration> enter() {
        if (!isOpen) {
            return Optional.empty();
        }
        var left = openNanos - (ticker.getAsLong() - openedAt);
        if (left > 0 || probing) {
            return Optional.of(Duration.ofNanos(Math.max(1, left)));
        }
        probing = true;
        return Optional.empty();
    }

    synchronized void succeeded() {
        failures = 0;
        isOpen = false;
        probing = false;
    }

    synchronized void failed() {
        failures++;
        if (probing || failures >= threshold) {
            isOpen = true;
            openedAt = ticker.getAsLong();
        }
        probing = false;
    }

    /** The service was not asked after all: the next one may try it. */
    synchronized void abandoned() {
        probing = false;
    }
}
