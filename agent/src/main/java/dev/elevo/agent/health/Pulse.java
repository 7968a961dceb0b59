package dev.elevo.agent.health;

import dev.elevo.contract.sandbox.Health;

/** What a row of checks comes to: one that fails says little. */
final class Pulse {
    private final int failureThreshold;
    private final int successThreshold;
    private Health health = Health.UNKNOWN;
    private int failures;
    private int successes;

    Pulse(int failureThreshold, int successThreshold) {
        this.failureThreshold = failureThreshold;
        this.successThreshold = successThreshold;
    }

    synchronized void beat(boolean passed) {
        failures = passed ? 0 : Math.min(failures + 1, failureThreshold);
        successes = passed ? Math.min(successes + 1, successThreshold) : 0;
        if (failures == failureThreshold) {
            health = Health.UNHEALTHY;
        } else if (successes == successThreshold) {
            health = Health.HEALTHY;
        }
    }

    /** What was known is not true any more. */
    synchronized void forget() {
        health = Health.UNKNOWN;
        failures = 0;
        successes = 0;
    }

    synchronized Health health() {
        return health;
    }
}
