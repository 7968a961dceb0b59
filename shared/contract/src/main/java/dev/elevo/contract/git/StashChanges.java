package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What is to be done with the stash. */
@Serdeable
public record StashChanges(
        @NotNull @Size(min = 1, max = 4096) String path,

        @Nullable @Pattern(regexp = "push|list|apply|pop|drop|clear")
        String action,

        @Nullable @Size(min = 1, max = 65_536) String message,
        @Nullable Boolean includeUntracked,
        @Nullable Boolean keepIndex,
        @Nullable @Min(0) Integer index,
        @Nullable @Min(0) Integer waitMs) {}
