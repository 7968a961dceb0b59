package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What a push did. */
@Serdeable
public record PushedCommits(
        boolean success,
        String message,
        String remote,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String branch,
        boolean upToDate) {}
