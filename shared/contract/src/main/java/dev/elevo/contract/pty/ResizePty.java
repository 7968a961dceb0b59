package dev.elevo.contract.pty;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** Another size for a terminal. */
@Serdeable
public record ResizePty(
        @NotNull @Min(PtySize.LEAST_COLS) @Max(PtySize.MOST_COLS)
        Integer cols,

        @NotNull @Min(PtySize.LEAST_ROWS) @Max(PtySize.MOST_ROWS)
        Integer rows) {}
