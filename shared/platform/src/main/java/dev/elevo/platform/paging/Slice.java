package dev.elevo.platform.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a store found for a {@link PageQuery}. */
public sealed interface Slice<T> {

    List<T> items();

    /** Of a numbered page, with the length of the whole list. */
    record Counted<T>(List<T> items, long total) implements Slice<T> {
        public Counted {
            items = List.copyOf(items);
        }
    }

    /** Of cursor mode: the positions of the last and the first item, where something lies beyond them. */
    record Positioned<T>(
            List<T> items, @Nullable String next, @Nullable String previous) implements Slice<T> {
        public Positioned {
            items = List.copyOf(items);
        }
    }
}
