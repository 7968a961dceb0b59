package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Where the work tree is now. */
@Serdeable
public record CheckedOut(
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String branch,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String commit,
        boolean detached) {}
