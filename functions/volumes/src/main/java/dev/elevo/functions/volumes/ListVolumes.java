package dev.elevo.functions.volumes;

import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import dev.elevo.platform.volume.Volume;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /volumes} was asked for.
 *
 * @param states any of these; none named means every one
 */
record ListVolumes(
        Set<VolumeState> states,
        Map<String, String> labels,
        @Nullable String search,
        PageQuery page,
        boolean showsSandboxes) {

    static final SortOptions SORTS = SortOptions.descending("createdAt", "name", "size");

    private static final Map<String, VolumeState> STATES = Arrays.stream(VolumeState.values())
            .collect(Collectors.toMap(VolumeState::label, state -> state, (one, other) -> one, LinkedHashMap::new));

    static ListVolumes read(Query query, Paging paging, String list) {
        return new ListVolumes(
                query.words("state", STATES.keySet()).stream().map(STATES::get).collect(Collectors.toSet()),
                query.labels("labels"),
                query.text("search", 1, 255),
                paging.read(query, SORTS, list),
                readExpansion(query));
    }

    static boolean readExpansion(Query query) {
        return !query.words("expand", List.of("sandboxes")).isEmpty();
    }

    boolean matches(Volume volume, VolumeState state) {
        return (states.isEmpty() || states.contains(state))
                && volume.labels().entrySet().containsAll(labels.entrySet())
                && (search == null || volume.name().contains(search.toLowerCase(Locale.ROOT)));
    }
}
