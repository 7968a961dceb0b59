package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes into the index; a dot is everything. */
@Serdeable
public record AddFiles(
        @NotNull @Size(min = 1, max = 4096) String path,
        @NotNull @Size(min = 1, max = 1000) List<@Size(min = 1, max = 4096) String> files,
        @Nullable Boolean update,
        @Nullable Boolean force,
        @Nullable Boolean patch,
        @Nullable @Min(0) Integer waitMs) {}
