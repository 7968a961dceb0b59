package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** How long what runs inside may take to end by itself. */
@Serdeable
public record StopRequest(
        @Nullable Boolean force,
        @Nullable @Min(0) @Max(300_000) Integer timeoutMs) {
    public static final StopRequest DEFAULT = new StopRequest(null, null);

    private static final int DEFAULT_TIMEOUT_MS = 30_000;

    /** Between SIGTERM and SIGKILL. */
    public int graceMs() {
        if (Boolean.TRUE.equals(force)) {
            return 0;
        }
        return timeoutMs == null ? DEFAULT_TIMEOUT_MS : timeoutMs;
    }
}
