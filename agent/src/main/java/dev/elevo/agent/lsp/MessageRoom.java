package dev.elevo.agent.lsp;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room for the large messages of servers, which are hostile until the contrary is seen: one at a time of a sandbox, a few of all
 * sandboxes, and one by one where they are taken apart, which needs many times their size.
 */
final class MessageRoom {
    /** What is smaller waits for nobody. */
    static final int SMALL = 64 << 10;

    private static final Semaphore ALL = new Semaphore(4, true);
    private static final Semaphore PARSED = new Semaphore(1, true);

    /** Longer than any of those before it may take to arrive. */
    private static final long MOST_SECONDS_WAITING = 60;

    private final Semaphore own = new Semaphore(1, true);

    void enter() throws BrokenServerException {
        acquire(own);
        try {
            acquire(ALL);
        } catch (BrokenServerException e) {
            own.release();
            throw e;
        }
    }

    void leave() {
        ALL.release();
        own.release();
    }

    /** Takes a message apart. */
    interface Parsing {
        void run() throws BrokenServerException;
    }

    void parse(Parsing work) throws BrokenServerException {
        acquire(PARSED);
        try {
            work.run();
        } finally {
            PARSED.release();
        }
    }

    private static void acquire(Semaphore semaphore) throws BrokenServerException {
        try {
            if (!semaphore.tryAcquire(MOST_SECONDS_WAITING, TimeUnit.SECONDS)) {
                throw new BrokenServerException("no_room");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenServerException("agent_stops", e);
        }
    }
}
