package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/** Which stretch of output to read; the defaults read both streams from the first byte kept, without waiting. */
@Serdeable
public record OutputQuery(
        @Nullable @Pattern(regexp = "stdout|stderr|both") String stream,
        @Nullable String cursor,
        @Nullable @Min(1) @Max(1_048_576) Integer limit,
        @Nullable @Min(0) Integer waitMs,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding) {
    public static final int DEFAULT_LIMIT = 65_536;
}
