package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the agent stops a sandbox by itself, so that a dead control plane cannot leak it.
 *
 * @param at null is never
 */
@Serdeable
public record Deadline(@Nullable Instant at) {
    public static final Deadline NEVER = new Deadline(null);
}
