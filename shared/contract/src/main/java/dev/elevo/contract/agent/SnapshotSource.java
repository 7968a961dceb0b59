package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * Where a snapshot is stored.
 *
 * @param depot the name of the part of the store in which equal content is stored once
 * @param id of the snapshot; where only the depot is meant, anything
 */
@Serdeable
public record SnapshotSource(String depot, String id) {}
