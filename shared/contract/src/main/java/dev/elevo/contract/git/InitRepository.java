package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A repository to be made. */
@Serdeable
public record InitRepository(
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable Boolean bare,
        @Nullable @Size(min = 1, max = 255) String initialBranch,
        @Nullable @Size(min = 1, max = 4096) String templateDir,
        @Nullable @Min(0) Integer waitMs) {}
