package dev.elevo.functions.admin.gateway.forward;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Leaves a service alone that fails: closed, open for a while, then half open for one request, which decides. */
final class Circuit {
    private final int threshold;
    private final long openNanos;
    private final LongSupplier ticker;
    private final Runnable opened;

    private int failures;
    private boolean isOpen;
    private long openedAt;
    private boolean probing;
    /** Counts how often that changed: who passed before says nothing about now. */
    private long era;

    /** Whether a request may pass. */
    sealed interface Entry {}

    /** @param left how long until one may */
    record Shut(Duration left) implements Entry {}

    /** Of a request that may. It says how it ended; where it was not sent after all, the next one may try. */
    final class Pass implements Entry, AutoCloseable {
        private final long begun;

        private Pass(long begun) {
            this.begun = begun;
        }

        void succeeded() {
            end(begun, Circuit.this::shut);
        }

        void failed() {
            end(begun, Circuit.this::fail);
        }

        @Override
        public void close() {
            end(begun, () -> probing = false);
        }
    }

    /** @param opened is run when it opens, but not when it stays open after its probe */
    Circuit(int threshold, Duration open, LongSupplier ticker, Runnable opened) {
        this.threshold = threshold;
        this.openNanos = open.toNanos();
        this.ticker = ticker;
        this.opened = opened;
    }

    synchronized Entry enter() {
        if (isOpen) {
            var left = openNanos - (ticker.getAsLong() - openedAt);
            if (left > 0 || probing) {
                return new Shut(Duration.ofNanos(Math.max(1, left)));
            }
            probing = true;
        }
        return new Pass(era);
    }

    private synchronized void end(long begun, Runnable how) {
        if (begun == era) {
            how.run();
        }
    }

    private void shut() {
        failures = 0;
        if (isOpen) {
            isOpen = false;
            probing = false;
            era++;
        }
    }

    private void fail() {
        failures++;
        if (isOpen || failures >= threshold) {
            if (!isOpen) {
                opened.run();
            }
            isOpen = true;
            probing = false;
            openedAt = ticker.getAsLong();
            era++;
        }
    }
}
