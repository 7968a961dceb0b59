package dev.elevo.contract.run;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** The body of {@code POST /runs/{runId}/logs}. */
@Serdeable
public record ReportLines(
        @NotNull @Size(min = 1, max = 1000) List<String> lines) {}
