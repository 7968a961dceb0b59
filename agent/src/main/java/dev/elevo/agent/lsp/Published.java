package dev.elevo.agent.lsp;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.lsp4j.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * The diagnostics that a server tells unasked. Those of a version are for that version; those without one are for what the server
 * knew last, as long as they came after it was told.
 */
final class Published {
    /** How long a server is quiet that has told all. */
    private static final Duration QUIET = Duration.ofMillis(400);

    private final boolean inParts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Expected> documents = new HashMap<>();
    private @Nullable ServerEnd end;

    private static final class Expected {
        int version;

        @Nullable
        List<Diagnostic> report;

        long reportedAt;
    }

    Published(boolean inParts) {
        this.inParts = inParts;
    }

    /** The server is about to know this version of the document. */
    void expect(String uri, int version) {
        lock.lock();
        try {
            var expected = documents.computeIfAbsent(uri, name -> new Expected());
            expected.version = version;
            expected.report = null;
        } finally {
            lock.unlock();
        }
    }

    void forget(String uri) {
        lock.lock();
        try {
            documents.remove(uri);
        } finally {
            lock.unlock();
        }
    }

    /** Of documents that are open; what is told of others nobody asks for. */
    void publish(String uri, @Nullable Integer version, List<Diagnostic> report) {
        lock.lock();
        try {
            var expected = documents.get(uri);
            if (expected != null && (version == null || version == expected.version)) {
                expected.report = report;
                expected.reportedAt = System.nanoTime();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Null when none came in time. */
    @Nullable
    List<Diagnostic> await(String uri, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            for (; ; ) {
                if (end != null) {
                    throw new ServerGoneException(end);
                }
                var expected = documents.get(uri);
                var report = expected == null ? null : expected.report;
                if (expected != null && report != null) {
                    var quiet = inParts ? QUIET.toNanos() - (System.nanoTime() - expected.reportedAt) : 0;
                    if (quiet <= 0 || deadline.isOver()) {
                        return report;
                    }
                    var _ = changed.await(Math.min(quiet, deadline.left()), TimeUnit.NANOSECONDS);
                } else {
                    if (deadline.isOver()) {
                        return null;
                    }
                    var _ = changed.await(deadline.left(), TimeUnit.NANOSECONDS);
                }
            }
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
