package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** How to wait for a sandbox that is started or resumed. */
@Serdeable
public record StartRequest(
        @Nullable Boolean waitForReady,
        @Nullable @Min(1000) @Max(300_000) Integer timeoutMs) {
    public static final StartRequest DEFAULT = new StartRequest(null, null);

    private static final int DEFAULT_TIMEOUT_MS = 60_000;

    public boolean waits() {
        return waitForReady == null || waitForReady;
    }

    public int patienceMs() {
        return timeoutMs == null ? DEFAULT_TIMEOUT_MS : timeoutMs;
    }
}
