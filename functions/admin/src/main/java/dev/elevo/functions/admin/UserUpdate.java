package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is left out is cleared. */
@Serdeable
record UserUpdate(
        @Nullable @Size(min = 1, max = 100) String name,
        @Nullable @Email @Size(max = 254) String email,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @NotNull @Size(max = 4096) String> metadata) {}
