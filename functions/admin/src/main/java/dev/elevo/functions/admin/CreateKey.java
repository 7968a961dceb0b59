package dev.elevo.functions.admin;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key that somebody wants.
 *
 * @param limits requests per minute by class, by an administrator, and not more than the organization has
 */
@Serdeable
record CreateKey(
        @NotNull @Size(min = 1, max = 100) String name,

        @Nullable @Size(max = 64)
        List<@NotNull @Size(min = 1, max = 100) @Pattern(regexp = Rules.PERMISSION) String> permissions,

        @Nullable Instant expiresAt,
        @Nullable @Size(max = 5) Map<String, @NotNull Integer> limits) {}
