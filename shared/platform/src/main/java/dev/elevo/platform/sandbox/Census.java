package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.Stats;
import java.util.Map;

/**
 * How many sandboxes an organization has.
 *
 * @param byState without deleted ones
 * @param granted to those that run
 */
public record Census(Map<SandboxState, Long> byState, Stats.Granted granted) {}
