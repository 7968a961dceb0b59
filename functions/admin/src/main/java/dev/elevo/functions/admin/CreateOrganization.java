package dev.elevo.functions.admin;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An organization that somebody wants; quotas and limits that are left out are the deployment's. */
@Serdeable
record CreateOrganization(
        @NotNull @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String id,

        @Nullable @Size(min = 1, max = 100) String name,
        @Nullable @Min(0) @Max(100_000) Integer maxSandboxes,
        @Nullable @Min(0) @Max(1000) Integer maxVolumes,
        @Nullable @Min(0) @Max(1000) Integer maxSnapshots,
        @Nullable @Size(max = 5) Map<String, @NotNull Integer> limits) {}
