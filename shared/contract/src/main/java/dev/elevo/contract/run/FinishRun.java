package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /runs/{runId}/finish}.
 *
 * @param summary whatever the client has found
 */
@Serdeable
public record FinishRun(
        @NotNull @Pattern(regexp = "succeeded|failed|cancelled")
        String status,

        @Nullable Map<String, Object> summary) {}
