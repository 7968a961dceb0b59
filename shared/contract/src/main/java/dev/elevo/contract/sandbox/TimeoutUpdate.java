package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/** How long a sandbox may run from now on; 0 is without a limit. */
@Serdeable
public record TimeoutUpdate(
        @NotNull @Min(0) @Max(86_400_000) Integer timeoutMs) {}
