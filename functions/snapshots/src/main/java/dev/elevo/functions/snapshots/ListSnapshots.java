package dev.elevo.functions.snapshots;

import dev.elevo.contract.sandbox.Rules;
import dev.elevo.contract.snapshot.SnapshotState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import dev.elevo.platform.snapshot.Snapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
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
    private static final Pattern LABEL_KEY = Pattern.compile(Rules.LABEL_KEY);
    private static final Map<String, SnapshotState> STATES =
            Arrays.stream(SnapshotState.values()).collect(Collectors.toMap(SnapshotState::label, Function.identity()));

    static ListSnapshots read(Query query, Paging paging, String list) {
        var search = query.text("search", 1, 255);
        return new ListSnapshots(
                query.words("state", STATES.keySet()).stream().map(STATES::get).collect(Collectors.toSet()),
                readLabels(query),
                search == null ? null : search.toLowerCase(Locale.ROOT),
                query.text("sandboxId"),
                paging.read(query, SORTS, list),
                readExpansion(query));
    }

    static boolean readExpansion(Query query) {
        return !query.words("expand", List.of("sandbox")).isEmpty();
    }

    private static Map<String, String> readLabels(Query query) {
        var labels = new HashMap<String, String>();
        for (var pair : query.words("labels")) {
            var equals = pair.indexOf('=');
            if (equals < 0 || !LABEL_KEY.matcher(pair.substring(0, equals)).matches()) {
                query.refuse("labels", "must have the form key=value", pair);
            } else {
                labels.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return labels;
    }

    boolean matches(Snapshot snapshot) {
        return (states.isEmpty() || states.contains(snapshot.state()))
                && snapshot.labels().entrySet().containsAll(labels.entrySet())
                && (search == null || snapshot.name().contains(search))
                && (sandboxId == null || sandboxId.equals(snapshot.sandboxId()));
    }
}
