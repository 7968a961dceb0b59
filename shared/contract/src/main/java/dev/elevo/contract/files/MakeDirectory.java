package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A directory to be made; recursive with those above it. */
@Serdeable
public record MakeDirectory(
        @NotNull String path,
        @Nullable Boolean recursive,
        @Nullable FileMode mode,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
