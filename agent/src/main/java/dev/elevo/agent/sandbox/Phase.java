package dev.elevo.agent.sandbox;

import io.micronaut.serde.annotation.Serdeable;

/** Written before the deed for what must be undone after a crash, after it for what counts. */
@Serdeable
enum Phase {
    STARTING,
    RUNNING,
    ENDED
}
