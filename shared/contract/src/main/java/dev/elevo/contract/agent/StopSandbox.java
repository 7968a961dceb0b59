package dev.elevo.contract.agent;

import dev.elevo.contract.sandbox.EndReason;
import io.micronaut.serde.annotation.Serdeable;

/** How and why to stop a sandbox. */
@Serdeable
public record StopSandbox(int graceMs, EndReason reason) {}
