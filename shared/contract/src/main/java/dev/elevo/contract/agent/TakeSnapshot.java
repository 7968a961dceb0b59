package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * An order to take a snapshot.
 *
 * @param parent an earlier snapshot of the same sandbox, which makes this one faster
 * @param waitMs until when at most it is waited for
 */
@Serdeable
public record TakeSnapshot(
        SnapshotSource snapshot, String sandboxId, @Nullable String parent, int waitMs) {}
