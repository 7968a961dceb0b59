package dev.elevo.client;

import java.time.Duration;

/**
 * The service is away from whoever has reached it before: it starts anew, or the network is gone. That passes, and what was begun there
 * goes on meanwhile, so it is waited for longer than a first answer is.
 */
final class Outage {
    /** All pauses together; what is on its way in between comes on top. A machine that slept has not waited. */
    static final Duration LONGEST = Duration.ofMinutes(2);

    private final Retries retries;
    private int failures;
    private Duration waited = Duration.ZERO;

    Outage(Retries retries) {
        this.retries = retries;
    }

    /**
     * Waits until it is time for another attempt.
     *
     * @throws WorkspaceException the reason, when it has been away for too long
     */
    void await(Retries.Failed failed) {
        if (!failed.mayPass() || waited.compareTo(LONGEST) >= 0) {
            throw failed.reason();
        }
        waited = waited.plus(retries.pause(++failures, failed));
    }

    void isOver() {
        failures = 0;
        waited = Duration.ZERO;
    }
}
