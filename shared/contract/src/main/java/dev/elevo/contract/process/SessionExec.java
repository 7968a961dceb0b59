package dev.elevo.contract.process;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A command in a session.
 *
 * @param await whether the answer comes with its end
 * @param waitMs how long at most, also for the command before it to end
 */
@Serdeable
public record SessionExec(
        @NotNull @Size(min = 1, max = 120_000) String command,
        @Nullable @Min(1) @Max(600_000) Integer timeoutMs,
        @Nullable @JsonProperty("wait") Boolean await,
        @Nullable @Min(0) Integer waitMs,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding) {
    public static final int DEFAULT_TIMEOUT_MS = 60_000;
}
