package dev.elevo.agent.guest;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What the platform says when a machine starts: the payload is what the control plane gave it, as text. */
@Serdeable
record RunHook(@Nullable String microvmId, @Nullable String runHookPayload) {}
