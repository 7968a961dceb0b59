package dev.elevo.platform.sandbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A lifecycle action under way.
 *
 * @param due when it should be done; long after it nobody is at work at it any more
 */
public record Pending(Action action, Ending why, Instant due) {
    /** To the millisecond, as it is stored: whoever reads it again must find the mark that was made. */
    public Pending {
        due = due.truncatedTo(ChronoUnit.MILLIS);
    }
}
