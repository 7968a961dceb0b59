package dev.elevo.functions.admin;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is left out stays. */
@Serdeable
record KeyUpdate(
        @Nullable @Size(min = 1, max = 100) String name,

        @Nullable @Size(max = 64)
        List<@NotNull @Size(min = 1, max = 100) @Pattern(regexp = Rules.PERMISSION) String> permissions,

        @Nullable @Size(max = 5) Map<String, @NotNull Integer> limits) {}
