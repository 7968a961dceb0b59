package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;

/** What a report of points or lines is answered. */
@Serdeable
public record Accepted(boolean success, String message, int accepted) {
    public static Accepted of(int count, String what) {
        return new Accepted(true, count + " " + what + " recorded", count);
    }
}
