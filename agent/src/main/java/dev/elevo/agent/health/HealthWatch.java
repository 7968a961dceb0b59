package dev.elevo.agent.health;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of one sandbox, one after the other. Between two of them there is no thread. */
final class HealthWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

    private final String sandbox;
    private final Probe probe;
    private final Pulse pulse;
    private final Duration interval;
    private final Duration timeout;
    private final ScheduledExecutorService timer;

    private @Nullable Future<?> next;
    private @Nullable Thread checking;
    private boolean stopped;

    /** How often it was stopped: a check that was begun before says nothing any more. */
    private int stops;

    HealthWatch(
            String sandbox,
            Probe probe,
            Pulse pulse,
            Duration interval,
            Duration timeout,
            ScheduledExecutorService timer) {
        this.sandbox = sandbox;
        this.probe = probe;
        this.pulse = pulse;
        this.interval = interval;
        this.timeout = timeout;
        this.timer = timer;
    }

    Pulse pulse() {
        return pulse;
    }

    synchronized void checkAfter(Duration delay) {
        if (!stopped) {
            next = timer.schedule(this::begin, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** For one that was stopped. */
    synchronized void goOn() {
        stopped = false;
        checkAfter(Duration.ZERO);
    }

    /** A check under way is cut short and says nothing. */
    void stop() {
        var underWay = forget();
        if (underWay != null) {
            probe.cutShort(underWay); // takes its time, and the timer may want to come in
        }
    }

    private synchronized @Nullable Thread forget() {
        stopped = true;
        stops++;
        pulse.forget();
        if (next != null) {
            next.cancel(false);
        }
        var underWay = checking;
        checking = null;
        return underWay;
    }

    private synchronized void begin() {
        if (!stopped) {
            var before = stops;
            checking = Thread.ofVirtual().name("health-check").start(() -> check(before));
        }
    }

    private void check(int stopsBefore) {
        var begun = System.nanoTime();
        var thread = Thread.currentThread();
        var overdue = timer.schedule(
                () -> cutShort(thread), timeout.plus(probe.slack()).toNanos(), TimeUnit.NANOSECONDS);
        var passed = passes();
        overdue.cancel(false);
        end(stopsBefore, passed, interval.minusNanos(System.nanoTime() - begun));
    }

    /** Not on the timer, which is everybody's: it may wait for a helper, and that for a sandbox without processor time. */
    private void cutShort(Thread looking) {
        Thread.ofVirtual().name("health-cut").start(() -> probe.cutShort(looking));
    }

    /** Whatever keeps it from passing. */
    private boolean passes() {
        try {
            return probe.passes();
        } catch (IOException | RuntimeException e) {
            LOG.debug("the check of sandbox {} was cut short", sandbox, e);
            return false;
        }
    }

    private synchronized void end(int stopsBefore, boolean passed, Duration untilNext) {
        if (stops == stopsBefore) {
            checking = null;
            pulse.beat(passed);
            checkAfter(untilNext);
        }
    }
}
