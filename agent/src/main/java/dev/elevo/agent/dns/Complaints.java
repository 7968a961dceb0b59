package dev.elevo.agent.dns;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * What goes wrong for one sandbox, one line a minute: the log is the host's, and whoever asks 200 times a second for what fails
 * must not fill its disk.
 */
final class Complaints {
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final LongSupplier nanos;
    private boolean hasSpoken;
    private long spokenAt;
    private long unsaid;

    Complaints(Logger log, LongSupplier nanos) {
        this.log = log;
        this.nanos = nanos;
    }

    synchronized void add(String what, Exception why) {
        var now = nanos.getAsLong();
        if (hasSpoken && now - spokenAt < PERIOD_NANOS) {
            unsaid++;
            return;
        }
        log.warn("{}: {} (and {} like it since the last line)", what, why.toString(), unsaid);
        hasSpoken = true;
        spokenAt = now;
        unsaid = 0;
    }
}
