package dev.elevo.platform.paging;

import java.util.List;

/** What one list can be sorted by; the first name is the default, and the latest or largest comes first. */
public record SortOptions(List<String> names) {
    public SortOptions {
        names = List.copyOf(names);
    }

    public static SortOptions descending(String... names) {
        return new SortOptions(List.of(names));
    }
}
