package dev.elevo.functions.admin;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** An organization that somebody wants. */
@Serdeable
record CreateOrganization(
        @NotNull @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String id,

        @Nullable @Size(min = 1, max = 100) String name) {}
