package dev.elevo.functions.snapshots;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.snapshot.Snapshot;
import java.util.Comparator;
import java.util.List;

/** The stretch of an organization's snapshots that was asked for. Its quota keeps them few enough to be sorted here. */
final class SnapshotList {
    private final List<Snapshot> all;
    private final String by;
    private final boolean descending;
    private final int limit;

    private SnapshotList(List<Snapshot> found, ListSnapshots wanted) {
        this.by = wanted.page().sort().by();
        this.descending = wanted.page().sort().descending();
        this.limit = wanted.page().limit();
        var order = Comparator.comparing(this::position);
        this.all = found.stream()
                .filter(wanted::matches)
                .sorted(descending ? order.reversed() : order)
                .toList();
    }

    static Slice<Snapshot> of(List<Snapshot> found, ListSnapshots wanted) {
        var list = new SnapshotList(found, wanted);
        return switch (wanted.page().start()) {
            case Numbered(int page) -> list.page(page);
            case First() -> list.from(0);
            case After(String position) -> list.from(list.beyond(position));
            case Before(String position) -> list.before(position);
        };
    }

    /** Ordered by the property, ties by id; numbers of one length, so that they order as words do. */
    private String position(Snapshot snapshot) {
        var property = switch (by) {
            case "name" -> snapshot.name();
            case "size" -> String.format("%020d", snapshot.size());
            default -> InstantSerde.format(snapshot.createdAt());
        };
        return property + "#" + snapshot.id();
    }

    private Slice<Snapshot> page(int page) {
        var skipped = (page - 1L) * limit;
        return new Slice.Counted<>(all.stream().skip(skipped).limit(limit).toList(), all.size());
    }

    /** How many come before or stand at the position, which may be one that is gone. */
    private int beyond(String position) {
        return (int) all.stream()
                .filter(item -> order(position(item), position) <= 0)
                .count();
    }

    private int order(String one, String other) {
        return descending ? other.compareTo(one) : one.compareTo(other);
    }

    private Slice<Snapshot> before(String position) {
        var end = (int)
                all.stream().filter(item -> order(position(item), position) < 0).count();
        return stretch(Math.max(0, end - limit), end);
    }

    private Slice<Snapshot> from(int start) {
        return stretch(start, Math.min(all.size(), start + limit));
    }

    private Slice<Snapshot> stretch(int start, int end) {
        var items = all.subList(start, end);
        return new Slice.Positioned<>(
                items,
                end < all.size() && !items.isEmpty() ? position(items.getLast()) : null,
                start > 0 && !items.isEmpty() ? position(items.getFirst()) : null);
    }
}
