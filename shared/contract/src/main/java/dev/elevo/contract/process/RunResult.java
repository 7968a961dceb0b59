package dev.elevo.contract.process;

import dev.elevo.contract.Untold;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a command ended. A non-zero exit is a result, not an error.
 *
 * @param exitCode 0 is success, -1 ended by a signal
 * @param truncated one of the outputs was cut, or a chart left out
 * @param charts of code that was to be asked for them
 * @param mark of a {@link ToolRun}; never answered to a client
 */
@Serdeable
public record RunResult(
        int exitCode,
        String stdout,
        String stderr,
        @Nullable String error,
        @Nullable String signal,
        long durationMs,
        boolean timedOut,
        boolean truncated,
        @Nullable List<Chart> charts,
        @Untold @Nullable String mark)
        implements RunAnswer {

    public RunResult(
            int exitCode,
            String stdout,
            String stderr,
            @Nullable String error,
            @Nullable String signal,
            long durationMs,
            boolean timedOut,
            boolean truncated) {
        this(exitCode, stdout, stderr, error, signal, durationMs, timedOut, truncated, null, null);
    }

    public RunResult(
            int exitCode,
            String stdout,
            String stderr,
            @Nullable String error,
            @Nullable String signal,
            long durationMs,
            boolean timedOut,
            boolean truncated,
            @Nullable List<Chart> charts) {
        this(exitCode, stdout, stderr, error, signal, durationMs, timedOut, truncated, charts, null);
    }
}
