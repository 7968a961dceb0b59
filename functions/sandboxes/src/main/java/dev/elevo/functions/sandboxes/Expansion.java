package dev.elevo.functions.sandboxes;

import dev.elevo.platform.paging.Query;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What {@code expand} asked to be shown besides the sandbox. */
record Expansion(Set<String> names) {
    static final Expansion NONE = new Expansion(Set.of());

    private static final List<String> ALLOWED = List.of("snapshot", "volumes", "metrics");

    static Expansion read(Query query) {
        return new Expansion(new LinkedHashSet<>(query.words("expand", ALLOWED)));
    }
}
