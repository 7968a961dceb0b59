package dev.elevo.agent.files;

import dev.elevo.agent.files.FileServers.Purpose;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of one sandbox: so many at a time and no more, and of those with nothing to do a few for a while. */
final class Crew {
    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
    private static final int MOST_QUESTIONS = 4;
    private static final int MOST_TRANSFERS = 8;
    private static final int MOST_IDLE = 2;
    private static final long MOST_SECONDS_WAITING = 5;
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final Semaphore transfers = new Semaphore(MOST_TRANSFERS);
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<FileServer> busy = new HashSet<>();

    private record Idle(FileServer server, long sinceNanos) {}

    /** Starts a server. */
    interface Starter {
        FileServer start() throws IOException;
    }

    /** A server for one purpose. Whoever is done with it and finds it well says so; any other is not used again. */
    final class Lease implements Closeable {
        private final FileServer server;
        private final Semaphore permits;
        private boolean reusable;
        private boolean closed;

        private Lease(FileServer server, Semaphore permits) {
            this.server = server;
            this.permits = permits;
        }

        FileServer server() {
            return server;
        }

        void reusable() {
            reusable = true;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                giveBack(server, reusable);
                permits.release();
            }
        }
    }

    Lease lease(String user, Purpose purpose, Starter starter) throws IOException, InterruptedException {
        var permits = purpose == Purpose.QUESTION ? questions : transfers;
        if (!permits.tryAcquire(MOST_SECONDS_WAITING, TimeUnit.SECONDS)) {
            throw FileFailures.exhausted("file operations").asException();
        }
        try {
            var kept = takeIdle(user);
            var server = kept == null ? starter.start() : kept;
            synchronized (this) {
                busy.add(server);
            }
            return new Lease(server, permits);
        } catch (IOException | RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    private @Nullable FileServer takeIdle(String user) {
        for (var kept = pollIdle(user); kept != null; kept = pollIdle(user)) {
            try {
                kept.ping();
                return kept;
            } catch (IOException dead) {
                LOG.debug("a server of files has gone", dead);
                close(kept);
            }
        }
        return null;
    }

    private synchronized @Nullable FileServer pollIdle(String user) {
        for (var it = idle.iterator(); it.hasNext(); ) {
            var server = it.next().server();
            if (server.user().equals(user)) {
                it.remove();
                return server;
            }
        }
        return null;
    }

    private void giveBack(FileServer server, boolean reusable) {
        var ending = server;
        synchronized (this) {
            if (busy.remove(server) && reusable) {
                idle.addFirst(new Idle(server, System.nanoTime()));
                if (idle.size() <= MOST_IDLE) {
                    return;
                }
                ending = idle.removeLast().server();
            }
        }
        close(ending);
    }

    void endIdle() {
        List<Idle> old;
        synchronized (this) {
            var now = System.nanoTime();
            old = idle.stream()
                    .filter(one -> now - one.sinceNanos() > IDLE_NANOS)
                    .toList();
            idle.removeAll(old);
        }
        old.forEach(one -> close(one.server()));
    }

    /** Whoever waits for one of them learns it. */
    void end() {
        List<FileServer> all;
        synchronized (this) {
            all = new ArrayList<>(busy);
            idle.forEach(one -> all.add(one.server()));
            busy.clear();
            idle.clear();
        }
        all.forEach(Crew::close);
    }

    private static void close(FileServer server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the connection to a server of files is not closed", e);
        }
    }
}
