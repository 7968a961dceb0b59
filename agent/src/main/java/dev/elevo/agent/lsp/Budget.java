package dev.elevo.agent.lsp;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all servers hold together. A little of it is each server's own, so that nobody can leave another without any. */
final class Budget {
    /** What servers are still to be told. */
    static final Budget OUTGOING = new Budget(32 << 20, 16 << 20);

    /** What they have told and nobody has asked for yet. */
    static final Budget KEPT = new Budget(24 << 20, 2 << 20);

    static final int OWN = 64 << 10;

    private final long mostOfAll;
    private final long mostOfOne;
    private final AtomicLong shared = new AtomicLong();

    Budget(long mostOfAll, long mostOfOne) {
        this.mostOfAll = mostOfAll;
        this.mostOfOne = mostOfOne;
    }

    Share share() {
        return new Share();
    }

    /** Of one server. */
    final class Share {
        private long held;

        synchronized boolean take(long bytes) {
            var next = held + bytes;
            if (next > mostOfOne || !share(beyondOwn(next) - beyondOwn(held))) {
                return false;
            }
            held = next;
            return true;
        }

        synchronized void give(long bytes) {
            var next = held - bytes;
            shared.addAndGet(beyondOwn(next) - beyondOwn(held));
            held = next;
        }
    }

    private static long beyondOwn(long bytes) {
        return Math.max(0, bytes - OWN);
    }

    private boolean share(long bytes) {
        for (; ; ) {
            var before = shared.get();
            if (bytes > 0 && before + bytes > mostOfAll) {
                return false;
            }
            if (shared.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }
}
