package dev.elevo.platform.sandbox;

import java.time.Instant;

/**
 * A lifecycle action under way.
 *
 * @param due when it should be done; long after it nobody is at work at it any more
 */
public record Pending(Action action, Ending why, Instant due) {}
