package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What a collection left.
 *
 * @param waiting how many parts of the depot nobody needs that could not be removed yet: a reason to collect again
 * @param snapshots ids of all that are stored: one that nobody knows is of somebody who died after it was given up
 */
@Serdeable
public record SnapshotWaste(int waiting, List<String> snapshots) {}
