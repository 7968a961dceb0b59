package dev.elevo.contract.agent;

/**
 * Snapshots of the sandboxes of one host, in depots: what is equal within one is stored once. Every call may be repeated, and waits no
 * longer than it is told; the work goes on, and a repetition finds it.
 */
public interface SnapshotAgent {

    /** Takes one of a sandbox that runs or is paused, else 2003. */
    SnapshotStatus take(TakeSnapshot order);

    /** How far it is. */
    SnapshotStatus look(SnapshotSource snapshot);

    /** Has it ready for sandboxes that are to begin with it, on a disk of this size. */
    SnapshotStatus prepare(PrepareSnapshot order);

    /** Deleting what is not there is success. Sandboxes that began with it are not concerned. */
    void delete(SnapshotSource snapshot);

    /** Removes from a depot what no snapshot needs; anything else may go on there meanwhile. */
    SnapshotWaste collect(SnapshotSource depot);
}
