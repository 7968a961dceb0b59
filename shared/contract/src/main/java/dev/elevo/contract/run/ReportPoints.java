package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** The body of {@code POST /runs/{runId}/metrics}. */
@Serdeable
public record ReportPoints(
        @NotNull @Size(min = 1, max = 1000) List<@NotNull @Valid ReportedPoint> points) {}
