package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * How to restart a sandbox.
 *
 * @param timeoutMs for the whole of it, the end of what runs inside included
 */
@Serdeable
public record RestartRequest(
        @Nullable Boolean force,
        @Nullable @Min(1000) @Max(300_000) Integer timeoutMs) {
    public static final RestartRequest DEFAULT = new RestartRequest(null, null);

    private static final int DEFAULT_TIMEOUT_MS = 60_000;
    private static final int LONGEST_GRACE_MS = 10_000;

    public int patienceMs() {
        return timeoutMs == null ? DEFAULT_TIMEOUT_MS : timeoutMs;
    }

    /** Between SIGTERM and SIGKILL; half of the time is for the start. */
    public int graceMs() {
        return Boolean.TRUE.equals(force) ? 0 : Math.min(LONGEST_GRACE_MS, patienceMs() / 2);
    }
}
