package dev.elevo.agent.metrics;

import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Slot;
import dev.elevo.contract.sandbox.Resources;
import java.time.Instant;

/**
 * A sandbox as this package sees it.
 *
 * @param first its first process
 * @param resources granted
 * @param startedAt last
 * @param frozen nothing in it uses a processor
 */
public record Measured(String id, Slot slot, ProcessId first, Resources resources, Instant startedAt, boolean frozen) {}
