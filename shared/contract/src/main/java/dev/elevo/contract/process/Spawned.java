package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A process that was started and is left to itself. */
@Serdeable
public record Spawned(
        int pid,
        String command,
        Instant startedAt,
        @Nullable String tag) {}
