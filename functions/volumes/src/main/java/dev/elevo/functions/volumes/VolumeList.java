package dev.elevo.functions.volumes;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.WholeList;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeStore;
import dev.elevo.platform.volume.VolumeView;
import jakarta.inject.Singleton;
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
        var all = store.all(organizationId).stream()
                .filter(volume -> wanted.matches(volume, VolumeView.state(volume, mounts)))
                .toList();
        return new Found(WholeList.slice(all, wanted.page(), volume -> position(volume, by)), mounts);
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
