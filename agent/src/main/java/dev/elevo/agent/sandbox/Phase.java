package dev.elevo.agent.sandbox;

import io.micronaut.serde.annotation.Serdeable;

/** Written before the deed for what must be undone after a crash, after it for what counts. */
@Serdeable
enum Phase {
    /** For the first time: half made it is worth nothing. */
    STARTING,
    /** Again: its files are its owner's, whatever becomes of the start. */
    STARTING_AGAIN,
    RUNNING,
    PAUSED,
    ENDED
}
