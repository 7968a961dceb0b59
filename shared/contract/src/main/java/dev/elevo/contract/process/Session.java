package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A working directory and an environment that commands leave to the next.
 *
 * @param commandHistory the last ones, oldest first
 */
@Serdeable
public record Session(
        String id,
        Instant createdAt,
        Instant lastActivityAt,
        String cwd,
        String user,
        Map<String, String> env,
        List<String> commandHistory,
        boolean active) {}
