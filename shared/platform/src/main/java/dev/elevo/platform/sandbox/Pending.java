package dev.elevo.platform.sandbox;

import java.time.Instant;

/** A lifecycle action under way, for what reason and since when. */
public record Pending(Action action, Ending why, Instant since) {}
