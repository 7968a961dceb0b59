package dev.elevo.platform.microvm;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One MicroVM as the service tells of it.
 *
 * @param endpoint host name of its proxy, the same for all its life
 * @param stateReason why it ended, where the service knows
 */
public record Microvm(
        String id,
        MicrovmState state,
        String endpoint,
        String imageArn,
        String imageVersion,
        Instant startedAt,
        @Nullable String stateReason) {}
