package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Why something is disabled, for those who ask later. */
@Serdeable
record Disabling(@Nullable @Size(max = 500) String reason) {}
