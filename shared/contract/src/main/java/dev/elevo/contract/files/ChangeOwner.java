package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Another owner; recursive for all that is in a directory too. */
@Serdeable
public record ChangeOwner(
        @NotNull String path,

        @NotNull @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String owner,

        @Nullable @Size(min = 1, max = 32) String group,
        @Nullable Boolean recursive,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
