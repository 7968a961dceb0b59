package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** How many parts of a depot nobody needs which could not be removed yet: there is a reason to collect again. */
@Serdeable
public record SnapshotWaste(int waiting) {}
