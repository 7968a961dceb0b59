package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A branch to be made, or moved by force. */
@Serdeable
public record CreateBranch(
        @NotNull @Size(min = 1, max = 4096) String path,
        @NotNull @Size(min = 1, max = 255) String name,
        @Nullable @Size(min = 1, max = 1024) String startPoint,
        @Nullable Boolean checkout,
        @Nullable @Size(min = 1, max = 1024) String upstream,
        @Nullable Boolean force,
        @Nullable @Min(0) Integer waitMs) {}
