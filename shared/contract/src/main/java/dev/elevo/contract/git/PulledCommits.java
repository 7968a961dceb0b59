package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What a pull did. */
@Serdeable
public record PulledCommits(
        boolean success,
        String message,
        String branch,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String commit,
        boolean updated) {}
