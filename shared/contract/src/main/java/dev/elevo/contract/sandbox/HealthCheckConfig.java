package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to tell whether what runs in a sandbox is well. */
@Serdeable
public record HealthCheckConfig(
        @NotNull @Pattern(regexp = "http|tcp|exec") String type,
        @Nullable @Pattern(regexp = Rules.URL_PATH) String path,
        @Nullable @Min(1) @Max(65_535) Integer port,
        @Nullable List<String> command,
        @Nullable @Min(1) @Max(3600) Integer intervalSeconds,
        @Nullable @Min(1) @Max(3600) Integer timeoutSeconds,
        @Nullable @Min(1) @Max(100) Integer failureThreshold,
        @Nullable @Min(1) @Max(100) Integer successThreshold,
        @Nullable @Min(0) @Max(3600) Integer initialDelaySeconds) {}
