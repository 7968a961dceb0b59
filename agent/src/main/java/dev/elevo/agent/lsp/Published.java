package dev.elevo.agent.lsp;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.lsp4j.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * The diagnostics that a server tells unasked. Those of a version are for that version; those without one are for what the server
 * knew last, as long as they came after it was told. Of a server that tells versions, an empty one without is for what was
 * closed: it takes back what it told, which may come when the same document is open again.
 */
final class Published {
    static final int MOST = 10_000;

    /** How much longer than the message what was made of each of its parts is. */
    private static final int BYTES_OF_PART = 32;

    /** How long a server is quiet that has told all; one that was slow with its first report may be as slow with the next. */
    private static final Duration QUIET = Duration.ofMillis(400);

    private final boolean inParts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Expected> documents = new HashMap<>();
    private final Budget.Share room;
    private @Nullable ServerEnd end;
    private boolean asked;
    private boolean tellsVersions;

    private static final class Expected {
        int version;
        CompletableFuture<?> earlierHeard = CompletableFuture.completedFuture(null);

        @Nullable
        List<Diagnostic> report;

        long expectedAt;
        long firstAfter;
        long reportedAt;
        long cost;
        boolean tooLarge;
    }

    Published(boolean inParts, Budget budget) {
        this.inParts = inParts;
        this.room = budget.share();
    }

    /** Of a report, as it is kept. */
    static long cost(byte[] message, Envelope envelope) {
        return message.length + (long) BYTES_OF_PART * envelope.parts();
    }

    /** Whether the server wants to be asked from here on. Who waits for what it tells unasked waits no longer then. */
    void isToBeAsked(boolean is) {
        lock.lock();
        try {
            asked = is;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isToBeAsked() {
        lock.lock();
        try {
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /** The server is about to know this version of the document. */
    void expect(String uri, int version) {
        expect(uri, version, CompletableFuture.completedFuture(null));
    }

    /** @param earlierHeard until when what is told is of the document as it was open before */
    void expect(String uri, int version, CompletableFuture<?> earlierHeard) {
        lock.lock();
        try {
            var expected = documents.computeIfAbsent(uri, name -> new Expected());
            expected.earlierHeard = earlierHeard;
            expected.version = version;
            expected.expectedAt = System.nanoTime();
            expected.firstAfter = 0;
            drop(expected);
        } finally {
            lock.unlock();
        }
    }

    void forget(String uri) {
        lock.lock();
        try {
            var expected = documents.remove(uri);
            if (expected != null) {
                drop(expected);
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop(Expected expected) {
        room.give(expected.cost);
        expected.cost = 0;
        expected.report = null;
        expected.tooLarge = false;
    }

    /** Of documents that are open; what is told of others nobody asks for. */
    void publish(String uri, @Nullable Integer version, List<Diagnostic> report, long cost) {
        lock.lock();
        try {
            tellsVersions |= version != null;
            var expected = documents.get(uri);
            var isTakenBack = tellsVersions && report.isEmpty();
            if (expected != null
                    && expected.earlierHeard.isDone()
                    && (version == null ? !isTakenBack : version == expected.version)) {
                take(expected, report, cost);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the server has told when it was asked, in an answer that was small. */
    void keep(String uri, List<Diagnostic> report) {
        lock.lock();
        try {
            var expected = documents.get(uri);
            if (expected != null) {
                take(expected, report, MessageRoom.SMALL);
            }
        } finally {
            lock.unlock();
        }
    }

    private void take(Expected expected, List<Diagnostic> report, long cost) {
        drop(expected);
        if (room.take(cost)) {
            expected.cost = cost;
            expected.report = List.copyOf(report.subList(0, Math.min(MOST, report.size())));
        } else {
            expected.tooLarge = true;
        }
        expected.reportedAt = System.nanoTime();
        if (expected.firstAfter == 0) {
            expected.firstAfter = expected.reportedAt - expected.expectedAt;
        }
        changed.signalAll();
    }

    /**
     * A report.
     *
     * @param isLarge what is made of it may be longer than an answer can be
     */
    record Report(List<Diagnostic> diagnostics, boolean isLarge) {}

    /**
     * Null when the first part of none came in time, or none will because the server is to be asked.
     *
     * @param first until when the first part is waited for
     * @param deadline until when the others are
     */
    @Nullable
    Report await(String uri, Deadline first, Deadline deadline) throws InterruptedException, TooLargeException {
        lock.lock();
        try {
            for (; ; ) {
                if (end != null) {
                    throw new ServerGoneException(end);
                }
                var expected = documents.get(uri);
                if (expected != null && expected.tooLarge) {
                    throw new TooLargeException();
                }
                var report = expected == null ? null : expected.report;
                if (expected != null && report != null) {
                    var quiet = inParts ? quietFor(expected) : 0;
                    if (quiet <= 0 || deadline.isOver()) {
                        return new Report(report, expected.cost > MessageRoom.SMALL);
                    }
                    var _ = changed.await(Math.min(quiet, deadline.left()), TimeUnit.NANOSECONDS);
                } else {
                    if (asked || first.isOver()) {
                        return null;
                    }
                    var _ = changed.await(first.left(), TimeUnit.NANOSECONDS);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static long quietFor(Expected expected) {
        return Math.max(QUIET.toNanos(), expected.firstAfter) - (System.nanoTime() - expected.reportedAt);
    }

    /** Whether there is a report of it. */
    boolean isKnown(String uri) {
        lock.lock();
        try {
            var expected = documents.get(uri);
            return expected != null && expected.reportedAt > expected.expectedAt;
        } finally {
            lock.unlock();
        }
    }

    /** What is known of a document now. */
    List<Diagnostic> known(String uri) {
        lock.lock();
        try {
            var expected = documents.get(uri);
            var report = expected == null ? null : expected.report;
            return report == null ? List.of() : report;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes. */
    void end(ServerEnd reason) {
        lock.lock();
        try {
            end = reason;
            documents.values().forEach(this::drop);
            documents.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
