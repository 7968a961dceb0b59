package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** A branch, of the repository or as last seen at a remote. */
@Serdeable
public record BranchInfo(
        String name,
        boolean current,
        boolean remote,
        @Nullable String remoteName,
        @Nullable String upstream,
        String commit,
        String commitSummary,
        @Nullable Integer ahead,
        @Nullable Integer behind) {}
