package dev.elevo.contract.room;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room in a heap for what is large. The heap is that of everybody's requests, and without room in it they end for all: so whoever
 * holds more than a little takes room first, and waits for it.
 */
public final class HeapRoom {
    /** What is smaller comes by the hundred, and waits for nobody. */
    public static final long SMALL = 256 << 10;

    /** What is large is in the heap as bytes, as text, and as the JSON of it. */
    private static final int COPIES = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int most;
    private final Use use;
    private final Duration patience;
    private final Semaphore free;

    /** What the room is for, as who finds none is told. */
    public enum Use {
        REQUESTS("requests", "Too much is sent to this host at once; try again"),
        ANSWERS(
                "answers",
                "This host has no room for so large an answer now. What was asked for may be done: ask again with the same"
                        + " X-Idempotency-Key, or for less");

        private final String resource;
        private final String words;

        Use(String resource, String words) {
            this.resource = resource;
            this.words = words;
        }
    }

    /** @param bytes less than half of the heap; a single share has no more than all of it */
    public HeapRoom(long bytes, Use use) {
        this(bytes, use, PATIENCE);
    }

    public HeapRoom(long bytes, Use use, Duration patience) {
        most = kilobytes(bytes);
        this.use = use;
        this.patience = patience;
        free = new Semaphore(most, true);
    }

    private static int kilobytes(long bytes) {
        return Math.toIntExact(bytes >> 10);
    }

    public Share share() {
        return new Share();
    }

    /** What one request has of it, until it is closed. */
    public final class Share implements AutoCloseable {
        private int asked;
        private int held;
        private boolean isOver;

        /**
         * Waits for room; refuses with {@link ErrorCode#RESOURCE_EXHAUSTED} when there is none for long.
         *
         * @param length of what comes, or of a part of it
         */
        public void take(long length) {
            if (length < SMALL) {
                return;
            }
            var wanted = promised(COPIES * (length >> 10));
            if (wanted == 0) {
                return; // and not behind somebody who waits for what this one has
            }
            try {
                acquire(wanted);
            } catch (ApiException e) {
                forget(wanted);
                throw e;
            }
            arrived(wanted);
        }

        /** No more than all there is: for that it would wait for ever. */
        private synchronized int promised(long kilobytes) {
            var wanted = (int) Math.min(most - (long) asked, kilobytes);
            asked += wanted;
            return wanted;
        }

        private synchronized void forget(int wanted) {
            asked -= wanted;
        }

        private synchronized void arrived(int wanted) {
            held += wanted;
            if (isOver) {
                giveBack();
            }
        }

        public synchronized boolean isEmpty() {
            return asked == 0;
        }

        private void giveBack() {
            free.release(held);
            asked -= held;
            held = 0;
        }

        /** Also where somebody still works for it, who does not know yet. */
        @Override
        public synchronized void close() {
            isOver = true;
            giveBack();
        }
    }

    private void acquire(int kilobytes) {
        try {
            if (!free.tryAcquire(kilobytes, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw full();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw full();
        }
    }

    private ApiException full() {
        return new Failure.Refused(ErrorCode.RESOURCE_EXHAUSTED, use.words, Map.of("resource", use.resource))
                .asException();
    }
}
