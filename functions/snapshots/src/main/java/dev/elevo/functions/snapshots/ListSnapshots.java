package dev.elevo.functions.snapshots;

import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import dev.elevo.platform.snapshot.Snapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /snapshots} was asked for.
 *
 * @param states any of these; none named means every one
 * @param labels all of these
 * @param search a part of the name, in any case
 */
record ListSnapshots(
        Set<SnapshotState> states,
        Map<String, String> labels,
        @Nullable String search,
        @Nullable String sandboxId,
        PageQuery page,
        boolean withSandbox) {
    private static final SortOptions SORTS = SortOptions.descending("createdAt", "name", "size");
    private static final Map<String, SnapshotState> STATES =
            Arrays.stream(SnapshotState.values()).collect(Collectors.toMap(SnapshotState::label, Function.identity()));

    static ListSnapshots read(Query query, Paging paging, String list) {
        var search = query.text("search", 1, 255);
        return new ListSnapshots(
                query.words("state", STATES.keySet()).stream().map(STATES::get).collect(Collectors.toSet()),
                query.labels("labels"),
                search == null ? null : search.toLowerCase(Locale.ROOT),
                query.text("sandboxId"),
                paging.read(query, SORTS, list),
                readExpansion(query));
    }

    static boolean readExpansion(Query query) {
        return !query.words("expand", List.of("sandbox")).isEmpty();
    }

    boolean matches(Snapshot snapshot) {
        return (states.isEmpty() || states.contains(snapshot.state()))
                && snapshot.labels().entrySet().containsAll(labels.entrySet())
                && (search == null || snapshot.name().contains(search))
                && (sandboxId == null || sandboxId.equals(snapshot.sandboxId()));
    }
}
