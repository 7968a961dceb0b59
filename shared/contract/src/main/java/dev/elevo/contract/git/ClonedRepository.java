package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What a clone holds; a detached one is on no branch, and an empty one has no commit. */
@Serdeable
public record ClonedRepository(
        String path,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String branch,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String commit,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String message) {}
