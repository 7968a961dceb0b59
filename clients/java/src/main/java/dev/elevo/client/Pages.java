package dev.elevo.client;

import dev.elevo.client.model.PagePagination;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** A list, page by page, of which the next is fetched when it is needed. */
public final class Pages {
    private Pages() {}

    /** Fetches by a cursor, at first an empty one. */
    public static <P, T> Stream<T> all(
            Function<String, P> fetch, Function<P, List<T>> data, Function<P, PagePagination> pagination) {
        return Stream.iterate(fetch.apply(""), page -> page != null, page -> next(pagination.apply(page), fetch))
                .flatMap(page -> data.apply(page).stream());
    }

    @SuppressWarnings("NullAway") // the end, to iterate
    private static <P> P next(PagePagination pagination, Function<String, P> fetch) {
        return pagination.nextCursor() == null ? null : fetch.apply(pagination.nextCursor());
    }
}
