package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Mismatch;

/** What is no matter of a single answer. */
final class Expect {
    private Expect() {}

    static void that(boolean holds, String words) {
        if (!holds) {
            throw new Mismatch(words);
        }
    }
}
