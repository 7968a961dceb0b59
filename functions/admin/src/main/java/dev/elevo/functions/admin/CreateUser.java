package dev.elevo.functions.admin;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A user of an organization. */
@Serdeable
record CreateUser(
        @NotNull @Pattern(regexp = Rules.SESSION_ID) String id,
        @Nullable @Size(min = 1, max = 100) String name,
        @Nullable @Email @Size(max = 254) String email,
        @Nullable Role role) {}
