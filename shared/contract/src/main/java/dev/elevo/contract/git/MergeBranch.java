package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What is to be brought into the current branch. */
@Serdeable
public record MergeBranch(
        @NotNull @Size(min = 1, max = 4096) String path,
        @NotNull @Size(min = 1, max = 1024) String branch,
        @Nullable Boolean noFf,
        @Nullable Boolean ffOnly,
        @Nullable @Size(min = 1, max = 65_536) String message,
        @Nullable Boolean commit,

        @Nullable @Pattern(regexp = "recursive|ours|theirs|octopus")
        String strategy,

        @Nullable @Min(0) Integer waitMs) {}
