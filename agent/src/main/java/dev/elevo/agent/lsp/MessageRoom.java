package dev.elevo.agent.lsp;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Room for the large messages of a sandbox's servers, which are hostile until the contrary is seen. As objects they need many times
 * their size, so one of all sandboxes is taken apart at a time. It has arrived by then: nobody in a place waits for a server. A
 * sandbox stands in line with one of them only, however many it has.
 */
final class MessageRoom {
    /** What is smaller waits for nobody. */
    static final int SMALL = 32 << 10;

    private static final Semaphore ALL = new Semaphore(1, true);

    /** Longer than all that can stand in line before it may take. */
    private static final long MOST_SECONDS_WAITING = 60;

    private final Path directory;
    private final Semaphore own = new Semaphore(1, true);

    /** @param directory for what has not arrived yet */
    MessageRoom(Path directory) {
        this.directory = directory;
    }

    /** A message's while there are objects of it. */
    static final class Place implements AutoCloseable {
        private final @Nullable MessageRoom room;
        private final AtomicBoolean isTaken = new AtomicBoolean(true);

        private Place(@Nullable MessageRoom room) {
            this.room = room;
        }

        /** That of a small message. */
        static Place free() {
            return new Place(null);
        }

        boolean isLarge() {
            return room != null;
        }

        @Override
        public void close() {
            if (room != null && isTaken.compareAndSet(true, false)) {
                ALL.release();
                room.own.release();
            }
        }
    }

    Spool spool() throws IOException {
        return Spool.in(directory);
    }

    Place enter() throws BrokenServerException {
        acquire(own);
        try {
            acquire(ALL);
        } catch (BrokenServerException e) {
            own.release();
            throw e;
        }
        return new Place(this);
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
