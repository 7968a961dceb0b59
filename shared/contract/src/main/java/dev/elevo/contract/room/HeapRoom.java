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
    private final Duration patience;
    private final Semaphore free;

    /** @param bytes less than half of the heap; a single share has no more than all of it */
    public HeapRoom(long bytes) {
        this(bytes, PATIENCE);
    }

    public HeapRoom(long bytes, Duration patience) {
        most = kilobytes(bytes);
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
        private int kilobytes;
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
            // More than all there is would wait for ever.
            var wanted = (int) Math.min(most - (long) held(), COPIES * (length >> 10));
            acquire(wanted);
            synchronized (this) {
                kilobytes += wanted;
                if (isOver) {
                    giveBack();
                }
            }
        }

        public boolean isEmpty() {
            return held() == 0;
        }

        private synchronized int held() {
            return kilobytes;
        }

        private void giveBack() {
            free.release(kilobytes);
            kilobytes = 0;
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

    private static ApiException full() {
        return new Failure.Refused(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "Too much is on its way through this host at once; try again, or ask for less",
                        Map.of("resource", "answers"))
                .asException();
    }
}
