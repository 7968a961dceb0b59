package dev.elevo.functions.admin;

import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.SortOptions;
import java.util.List;
import java.util.function.Function;

/** A stretch of a list that is in the order of creation and short enough to be counted off. */
record Window(long offset, int limit, boolean newestFirst) {
    static final SortOptions SORTS = SortOptions.descending("createdAt");

    static Window of(PageQuery query) {
        var limit = query.limit();
        var newestFirst = query.sort().descending();
        return switch (query.start()) {
            case PageQuery.Numbered(int page) -> new Window((page - 1L) * limit, limit, newestFirst);
            case PageQuery.First() -> new Window(0, limit, newestFirst);
            case PageQuery.After(String position) -> new Window(read(position), limit, newestFirst);
            case PageQuery.Before(String position) -> {
                var end = read(position);
                yield new Window(Math.max(0, end - limit), (int) Math.min(limit, end), newestFirst);
            }
        };
    }

    static <T> Slice<T> slice(PageQuery query, long total, Function<Window, List<T>> rows) {
        var window = of(query);
        var found = rows.apply(window);
        if (query.start() instanceof PageQuery.Numbered) {
            return new Slice.Counted<>(found, total);
        }
        var end = window.offset() + found.size();
        return new Slice.Positioned<>(
                found,
                end < total ? Long.toString(end) : null,
                window.offset() > 0 ? Long.toString(window.offset()) : null);
    }

    /** To stand behind the conditions of a statement. */
    String order() {
        return " ORDER BY created_at " + (newestFirst ? "DESC" : "ASC") + ", id LIMIT " + limit + " OFFSET " + offset;
    }

    private static long read(String position) {
        try {
            return Long.parseLong(position);
        } catch (NumberFormatException e) {
            throw Query.unreadable("cursor", "is not a cursor of this list");
        }
    }
}
