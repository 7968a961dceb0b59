package dev.elevo.contract.git;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** Where the current branch stands now. */
@Serdeable
public record ResetInfo(
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String commit, String mode) {}
