package dev.elevo.platform.paging;

import dev.elevo.contract.Page;
import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages and cursors as the client sees them: from the query string to a {@link PageQuery}, from a {@link Slice} to the envelope. */
@Singleton
public final class Paging {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 100;
    private static final List<String> ORDERS = List.of("asc", "desc");

    private final Cursors cursors;

    Paging(Cursors cursors) {
        this.cursors = cursors;
    }

    /**
     * Reads {@code page}, {@code limit}, {@code cursor}, {@code sort_by} and {@code sort_order}.
     *
     * @param list names the list the cursor belongs to; a cursor of another is as unreadable as a forged one
     */
    public PageQuery read(Query query, SortOptions options, String list) {
        var limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST);
        var cursor = query.text("cursor");
        if (cursor == null) {
            return new PageQuery(
                    sort(query, options), limit, new Numbered(query.integer("page", 1, 1, Integer.MAX_VALUE)));
        }
        if (query.has("page")) {
            query.refuse("cursor", "cannot be combined with page", cursor);
        }
        return byCursor(query, options, list, limit, cursor);
    }

    /**
     * The same where pages have no numbers and may be larger: without a cursor it begins at the beginning.
     *
     * @param usual how much comes where no {@code limit} is sent
     */
    public PageQuery readOnward(Query query, SortOptions options, String list, int usual, int most) {
        var limit = query.integer("limit", usual, 1, most);
        var cursor = query.text("cursor");
        return byCursor(query, options, list, limit, cursor == null ? "" : cursor);
    }

    private PageQuery byCursor(Query query, SortOptions options, String list, int limit, String cursor) {
        if (cursor.isEmpty()) {
            return new PageQuery(sort(query, options), limit, new First());
        }
        // The cursor carries its order; whatever else the query says about it does not count.
        var place = cursors.open(cursor, list)
                .orElseThrow(() -> Query.unreadable("cursor", "is not a cursor of this list"));
        return new PageQuery(
                place.sort(), limit, place.forward() ? new After(place.position()) : new Before(place.position()));
    }

    private static Sort sort(Query query, SortOptions options) {
        var by = query.oneOf("sort_by", options.names());
        var order = query.oneOf("sort_order", ORDERS);
        return new Sort(by == null ? options.names().getFirst() : by, order == null || order.equals("desc"));
    }

    /** The envelope of what was found. */
    public <S, T> Page<T> answer(PageQuery query, Slice<S> slice, String list, Function<S, T> toWire) {
        var data = slice.items().stream().map(toWire).toList();
        return switch (slice) {
            case Slice.Counted<S> counted -> {
                var page = query.start() instanceof Numbered numbered ? numbered.page() : 1;
                yield new Page<>(data, Page.Pagination.ofPage(page, query.limit(), counted.total()));
            }
            case Slice.Positioned<S> positioned ->
                new Page<>(
                        data,
                        Page.Pagination.ofCursor(
                                seal(query.sort(), true, positioned.next(), list),
                                seal(query.sort(), false, positioned.previous(), list)));
        };
    }

    private @Nullable String seal(Sort sort, boolean forward, @Nullable String position, String list) {
        return position == null ? null : cursors.seal(new Cursor(sort, forward, position), list);
    }
}
