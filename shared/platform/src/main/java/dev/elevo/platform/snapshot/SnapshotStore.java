package dev.elevo.platform.snapshot;

import java.util.List;
import java.util.Optional;

/** Remembers snapshots. Everything is strongly consistent. */
public interface SnapshotStore {

    /** What became of a new one. */
    sealed interface Created {
        record Done() implements Created {}

        /** The id is there: an earlier attempt of the same request got this far. */
        record Existed(Snapshot present) implements Created {}

        record NameTaken() implements Created {}

        record QuotaReached() implements Created {}
    }

    /** Takes the name and a place in the organization's quota in one step. */
    Created create(Snapshot snapshot, int quota);

    /** By id or by name; the id is tried first. */
    Optional<Snapshot> find(String organizationId, String idOrName);

    /** All of an organization: as many as its quota allows, at most. */
    List<Snapshot> list(String organizationId);

    /** The next record in the place of the one seen, unless that has changed meanwhile. */
    Optional<Snapshot> replace(Snapshot seen, Snapshot next);

    /** The name and the place in the quota become free. Nothing happens when it has changed meanwhile. */
    boolean remove(Snapshot seen);

    /** Notes that a sandbox is being made of an available one, which is then not deleted. */
    boolean use(Snapshot snapshot, String sandboxId);

    /** The sandbox is made, or will not be. */
    void release(String organizationId, String snapshotId, String sandboxId);

    /** Every snapshot of every organization. */
    List<Snapshot> all();

    /** Notes that there may be garbage in the depot of an organization. */
    void litter(String organizationId);

    /** Organizations of which that was noted; each with what proves that nothing was noted since. */
    List<Litter> littered();

    /** What was noted until then is cleaned up. */
    void clean(Litter litter);

    record Litter(String organizationId, long count) {}
}
