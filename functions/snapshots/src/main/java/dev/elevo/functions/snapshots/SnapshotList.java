package dev.elevo.functions.snapshots;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.WholeList;
import dev.elevo.platform.snapshot.Snapshot;
import java.util.List;

/** The stretch of an organization's snapshots that was asked for. Its quota keeps them few enough to be sorted here. */
final class SnapshotList {
    private SnapshotList() {}

    static Slice<Snapshot> of(List<Snapshot> found, ListSnapshots wanted) {
        var by = wanted.page().sort().by();
        var matching = found.stream().filter(wanted::matches).toList();
        return WholeList.slice(matching, wanted.page(), snapshot -> position(snapshot, by));
    }

    /** Ordered by the property, ties by id; numbers of one length, so that they order as words do. */
    private static String position(Snapshot snapshot, String by) {
        var property = switch (by) {
            case "name" -> snapshot.name();
            case "size" -> String.format("%020d", snapshot.size());
            default -> InstantSerde.format(snapshot.createdAt());
        };
        return property + "#" + snapshot.id();
    }
}
