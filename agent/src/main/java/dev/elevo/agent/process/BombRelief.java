package dev.elevo.agent.process;

import dev.elevo.agent.helper.Errno;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room for a command where a fork bomb leaves none: nothing inside can end one that forks faster than it is killed. Only a
 * command of the API that is refused, or gets no answer, sets this going; what a bomb does to itself is its own business.
 */
final class BombRelief {
    private static final Logger LOG = LoggerFactory.getLogger(BombRelief.class);

    /** Any helper that gets a share of its processor answers in a hundredth of this. */
    private static final long PATIENCE_MILLIS = 300;

    /** Until the helper has seen the last end. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final String sandbox;
    private final ProcessHost.Relief relief;
    private final ReentrantLock lock = new ReentrantLock();

    /** How often everything inside was killed, the last time between two moments. */
    private final AtomicInteger times = new AtomicInteger();

    private Instant begun = Instant.EPOCH;
    private Instant ended = Instant.EPOCH;

    BombRelief(String sandbox, ProcessHost.Relief relief) {
        this.sandbox = sandbox;
        this.relief = relief;
    }

    /** Starts a command. */
    interface Start {
        HelperProcess start() throws IOException;
    }

    HelperProcess start(Start command) throws IOException {
        var before = times.get();
        var patience = new CompletableFuture<Void>();
        var _ = patience.completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .thenRun(() -> Thread.ofVirtual().name("bomb-relief").start(() -> relieveUnasked(before)));
        try {
            return command.start();
        } catch (HelperRefusal refusal) {
            if (!isForWantOfProcesses(refusal) || !relieve(before)) {
                throw refusal;
            }
            return command.start();
        } finally {
            patience.cancel(false);
        }
    }

    /** Whether the process was killed because a bomb was; the helper and we have the same clock. */
    boolean explain(Reply.Ended end) {
        if (!end.bySignal() || end.code() != Signals.KILL || end.timedOut()) {
            return false;
        }
        lock.lock(); // while a bomb is being ended nobody knows yet
        try {
            return times.get() > 0
                    && !end.endedAt().isBefore(begun)
                    && !end.endedAt().isAfter(ended.plus(SLACK));
        } finally {
            lock.unlock();
        }
    }

    private static boolean isForWantOfProcesses(HelperRefusal refusal) {
        return refusal.step() == FailedStep.RESOURCES && refusal.errno() == Errno.EAGAIN;
    }

    /**
     * The command that waits learns how it went: it is answered or it is not. Who looks already looks for all: on a busy host many
     * starts are slow, and whoever was killed would have to wait for all their looks.
     */
    private void relieveUnasked(int before) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            relieve(before);
        } catch (IOException | RuntimeException e) {
            LOG.warn("sandbox {} does not answer, and nobody can say why", sandbox, e);
        } finally {
            lock.unlock();
        }
    }

    /** Once for all commands that wait for it. */
    private boolean relieve(int before) throws IOException {
        lock.lock();
        try {
            // To the millisecond, as the helper tells an end.
            var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            if (times.get() == before && relief.relieve()) {
                begun = now;
                ended = Instant.now();
                times.incrementAndGet();
                LOG.warn("a fork bomb in sandbox {} was ended, with all that ran there", sandbox);
            }
            return times.get() != before;
        } finally {
            lock.unlock();
        }
    }
}
