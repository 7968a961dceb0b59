package dev.elevo.contract.testing;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine it runs on. */
public final class Hosts {
    private Hosts() {}

    /** A test that is skipped says so where people look. */
    public static void assume(boolean holds, String reason) {
        if (!holds) {
            System.err.println("skipped: " + reason);
        }
        Assumptions.assumeTrue(holds, reason);
    }
}
