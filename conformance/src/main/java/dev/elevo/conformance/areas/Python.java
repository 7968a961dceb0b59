package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.NotOffered;

/** What some servers of the suite are written in, which not every template has. */
final class Python {
    private Python() {}

    /**
     * Goes no further without it.
     *
     * @param server what takes it
     * @throws NotOffered where there is none
     */
    static void require(Box box, String server) {
        var found = box.post("/process/run", "command", "command -v python3").at("/exitCode");
        if (found.asInt() != 0) {
            throw new NotOffered(server + " takes python3 in the sandbox");
        }
    }
}
