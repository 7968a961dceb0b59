package dev.elevo.contract.pty;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A terminal, also one that has ended. */
@Serdeable
public record PtyInfo(
        int pid,
        int cols,
        int rows,
        String cwd,
        String user,
        String shell,
        Instant createdAt,
        Instant lastActivityAt,
        boolean active,
        @Nullable Integer exitCode) {}
