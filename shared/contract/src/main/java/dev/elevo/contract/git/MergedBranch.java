package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What a merge did. */
@Serdeable
public record MergedBranch(
        boolean merged,
        boolean fastForward,
        boolean upToDate,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable CommitInfo commit) {}
