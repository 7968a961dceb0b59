package dev.elevo.contract.run;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A value of a metric; without a timestamp it is of now. */
@Serdeable
public record ReportedPoint(
        @NotNull @Pattern(regexp = Rules.METRIC_NAME) String name,
        @NotNull Double value,
        @Nullable @Min(0) Long step,
        @Nullable Instant timestamp) {}
