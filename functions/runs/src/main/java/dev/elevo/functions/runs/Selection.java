package dev.elevo.functions.runs;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which things of a kind are wanted.
 *
 * @param shelves on all of which they lie; the first ones hold the fewest
 * @param groups any of these; none named means every one
 * @param search a part of the name, in any case
 */
record Selection(
        List<Shelf> shelves, Set<String> groups, @Nullable String search) {

    Selection {
        shelves = List.copyOf(shelves);
        groups = Set.copyOf(groups);
        search = search == null ? null : search.toLowerCase(Locale.ROOT);
    }

    /** Whether the counters know how many they are. */
    boolean isCounted() {
        return search == null
                && switch (shelves.size()) {
                    case 0 -> true;
                    case 1 -> shelves.getFirst().counted();
                    default -> false;
                };
    }

    boolean takes(ListKey key) {
        return (groups.isEmpty() || groups.contains(key.group()))
                && (search == null || key.name().contains(search));
    }
}
