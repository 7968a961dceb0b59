package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** An order to have a snapshot ready. */
@Serdeable
public record PrepareSnapshot(SnapshotSource snapshot, int gigabytes, int waitMs) {}
