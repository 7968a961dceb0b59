package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is left out stays; what {@code reset} names is the deployment's again. */
@Serdeable
record OrganizationUpdate(
        @Nullable @Size(min = 1, max = 100) String name,
        @Nullable @Min(0) @Max(100_000) Integer maxSandboxes,
        @Nullable @Min(0) @Max(1000) Integer maxVolumes,
        @Nullable @Min(0) @Max(1000) Integer maxSnapshots,
        @Nullable @Size(max = 5) Map<String, @NotNull Integer> limits,

        @Nullable @Size(max = 4)
        List<@NotNull @Pattern(regexp = "maxSandboxes|maxVolumes|maxSnapshots|limits") String> reset) {

    /** What there will be, if it was this until now. */
    @Nullable
    Integer quota(String name, @Nullable Integer wanted, @Nullable Integer seen) {
        return wanted != null ? wanted : resets(name) ? null : seen;
    }

    boolean resets(String name) {
        return reset != null && reset.contains(name);
    }
}
