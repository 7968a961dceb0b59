package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A process inside a sandbox. */
@Serdeable
public record ProcessInfo(
        int pid,
        int ppid,
        String command,
        List<String> args,
        String cwd,
        String user,
        Map<String, String> env,
        Instant startedAt,
        double cpuPercent,
        long memoryBytes,
        ProcessState state,
        @Nullable String tag,
        @Nullable Integer exitCode,
        @Nullable Instant exitedAt) {}
