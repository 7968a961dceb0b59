package dev.elevo.platform.paging;

import java.util.List;

/** What one list can be sorted by; the first name is the default. */
public record SortOptions(List<String> names, boolean descendingByDefault) {
    public SortOptions {
        names = List.copyOf(names);
    }

    public static SortOptions descending(String... names) {
        return new SortOptions(List.of(names), true);
    }

    public static SortOptions ascending(String... names) {
        return new SortOptions(List.of(names), false);
    }
}
