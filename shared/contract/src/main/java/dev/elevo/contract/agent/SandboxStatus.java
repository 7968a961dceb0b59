package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxState;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the agent knows of a sandbox.
 *
 * @param state {@code RUNNING}, {@code PAUSED} or {@code STOPPED}; {@code FAILED} when its runtime died
 * @param enforced which of {@code cpu, memory, disk, pids, network} this host really enforces
 * @param startedAt last
 * @param health where a health check is set
 * @param network the policy that it was last told
 * @param deadline that it was last told
 * @param lastUsedAt by whoever came straight to the agent; absent where nobody has since it started
 */
@Serdeable
public record SandboxStatus(
        String id,
        SandboxState state,
        Isolation isolation,
        Map<String, Boolean> enforced,
        Instant createdAt,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable EndReason endReason,
        @Nullable String errorReason,
        @Nullable Health health,
        NetworkConfig network,
        @Nullable Instant deadline,
        @Nullable Instant lastUsedAt) {}
