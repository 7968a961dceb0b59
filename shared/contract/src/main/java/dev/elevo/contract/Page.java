package dev.elevo.contract;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The envelope of every list. */
@Serdeable
public record Page<T>(List<T> data, Pagination pagination) {
    public Page {
        data = List.copyOf(data);
    }

    /** Of a page: page, limit, total, totalPages. Of a cursor: nextCursor, prevCursor. Of both: hasMore. */
    @Serdeable
    public record Pagination(
            @Nullable Integer page,
            @Nullable Integer limit,
            @Nullable Long total,
            @Nullable Long totalPages,
            @Nullable String nextCursor,
            @Nullable String prevCursor,
            boolean hasMore) {

        public static Pagination ofPage(int page, int limit, long total) {
            var pages = (total + limit - 1) / limit;
            return new Pagination(page, limit, total, pages, null, null, page < pages);
        }

        /** Of a list that comes at once. */
        public static Pagination ofAll(int count) {
            return new Pagination(1, count, (long) count, 1L, null, null, false);
        }

        public static Pagination ofCursor(@Nullable String next, @Nullable String previous) {
            return new Pagination(null, null, null, null, next, previous, next != null);
        }
    }
}
