package dev.elevo.contract.snapshot;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /snapshots}. */
@Serdeable
public record CreateSnapshot(
        @NotNull @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String name,

        @NotNull @Size(min = 1, max = 255) String sandboxId,
        @Nullable @Size(max = 1000) String description,
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata,
        @Nullable @Min(0) @Max(8760) Integer expiresInHours,
        @Nullable @JsonProperty("wait") Boolean waits) {}
