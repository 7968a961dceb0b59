package dev.elevo.agent.helper;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** One thread for the time limits of all connections. */
final class Watchdog {
    static final ScheduledThreadPoolExecutor SCHEDULE = create();

    private Watchdog() {}

    private static ScheduledThreadPoolExecutor create() {
        var executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("helper-watchdog").factory());
        // Nearly every task is cancelled within a millisecond; kept ones would hold their connections for seconds.
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
