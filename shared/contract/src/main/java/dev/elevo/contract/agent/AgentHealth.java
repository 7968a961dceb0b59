package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What an agent tells everybody.
 *
 * @param ready whether it takes calls: one in a machine of its own has to be told first whose
 * @param generation of its {@link VmAssignment}; absent where there is none
 */
@Serdeable
public record AgentHealth(boolean ready, @Nullable Integer generation) {}
