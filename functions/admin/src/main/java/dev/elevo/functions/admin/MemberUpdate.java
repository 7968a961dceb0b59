package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What an administrator changes of a user. What is left out stays. */
@Serdeable
record MemberUpdate(
        @Nullable @Size(min = 1, max = 100) String name,
        @Nullable @Email @Size(max = 254) String email,
        @Nullable Role role) {}
