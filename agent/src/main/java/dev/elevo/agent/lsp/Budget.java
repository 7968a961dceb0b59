package dev.elevo.agent.lsp;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all servers hold together. A little of it is each server's own, so that nobody can leave another without any. */
final class Budget {
    /** What servers are still to be told. */
    static final Budget OUTGOING = new Budget(32 << 20, 16 << 20);

    /** What they have told and nobody has asked for yet. */
    static final Budget KEPT = new Budget(24 << 20, 2 << 20);

    /** The texts of clients whose columns have to be counted. */
    static final Budget TEXTS = new Budget(32 << 20, 16 << 20);

    /** The files of their projects, as they were when the server was last told of them. */
    static final Budget PROJECTS = new Budget(32 << 20, 4 << 20);

    static final int OWN = 64 << 10;

    /** So little is never refused for what others hold: each server's own bound is enough. */
    static final int LITTLE = 1 << 10;

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

    /** What becomes of who wants some. */
    enum Taking {
        TAKEN,
        /** He has too much himself. */
        OWN_IS_FULL,
        /** All together have. */
        ALL_IS_FULL
    }

    /** Of one server. */
    final class Share {
        private long held;

        boolean take(long bytes) {
            return taking(bytes) == Taking.TAKEN;
        }

        synchronized Taking taking(long bytes) {
            var next = held + bytes;
            if (next > mostOfOne) {
                return Taking.OWN_IS_FULL;
            }
            var more = beyondOwn(next) - beyondOwn(held);
            if (bytes <= LITTLE) {
                shared.addAndGet(more);
            } else if (!share(more)) {
                return Taking.ALL_IS_FULL;
            }
            held = next;
            return Taking.TAKEN;
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
