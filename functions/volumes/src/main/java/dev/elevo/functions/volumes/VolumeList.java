package dev.elevo.functions.volumes;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeStore;
import dev.elevo.platform.volume.VolumeView;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lists of volumes. An organization has few: all are read, and the rest is done here. */
@Singleton
class VolumeList {
    private final VolumeStore store;

    VolumeList(VolumeStore store) {
        this.store = store;
    }

    /** The volumes found, and who mounts which of all there are. */
    record Found(Slice<Volume> slice, Map<String, Set<String>> mounts) {}

    Found read(String organizationId, ListVolumes wanted) {
        var mounts = store.mounts(organizationId);
        var by = wanted.page().sort().by();
        var order = Comparator.comparing((Volume volume) -> position(volume, by));
        var all = store.all(organizationId).stream()
                .filter(volume -> wanted.matches(volume, VolumeView.state(volume, mounts)))
                .sorted(wanted.page().sort().descending() ? order.reversed() : order)
                .toList();
        return new Found(slice(all, wanted.page()), mounts);
    }

    private static Slice<Volume> slice(List<Volume> all, PageQuery page) {
        return switch (page.start()) {
            case PageQuery.Numbered(int number) -> {
                var from = Math.min((number - 1L) * page.limit(), all.size());
                yield new Slice.Counted<>(
                        all.subList((int) from, (int) Math.min(from + page.limit(), all.size())), all.size());
            }
            case PageQuery.First() -> stretch(all, 0, page);
            case PageQuery.After(String position) -> stretch(all, firstBeyond(all, position, page), page);
            case PageQuery.Before(String position) -> {
                var end = firstNotBefore(all, position, page);
                yield stretch(all, Math.max(0, end - page.limit()), end, page);
            }
        };
    }

    private static Slice<Volume> stretch(List<Volume> all, int from, PageQuery page) {
        return stretch(all, from, Math.min(from + page.limit(), all.size()), page);
    }

    private static Slice<Volume> stretch(List<Volume> all, int from, int to, PageQuery page) {
        var by = page.sort().by();
        var items = new ArrayList<>(all.subList(from, to));
        return new Slice.Positioned<>(
                items,
                to < all.size() && !items.isEmpty() ? position(items.getLast(), by) : null,
                from > 0 && !items.isEmpty() ? position(items.getFirst(), by) : null);
    }

    private static int firstBeyond(List<Volume> all, String position, PageQuery page) {
        return (int) all.stream()
                .takeWhile(volume -> compare(volume, position, page) <= 0)
                .count();
    }

    private static int firstNotBefore(List<Volume> all, String position, PageQuery page) {
        return (int) all.stream()
                .takeWhile(volume -> compare(volume, position, page) < 0)
                .count();
    }

    /** In the order of the list. */
    private static int compare(Volume volume, String position, PageQuery page) {
        var order = position(volume, page.sort().by()).compareTo(position);
        return page.sort().descending() ? -order : order;
    }

    /** Ordered by the property, ties by id: what stands between them comes before all that a name may have. */
    private static String position(Volume volume, String property) {
        var value = switch (property) {
            case "name" -> volume.name();
            case "size" -> "%04d".formatted(volume.gigabytes());
            default -> InstantSerde.format(volume.createdAt());
        };
        return value + "#" + volume.id();
    }
}
