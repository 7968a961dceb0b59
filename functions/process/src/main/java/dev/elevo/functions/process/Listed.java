package dev.elevo.functions.process;

import dev.elevo.contract.Page;
import dev.elevo.platform.paging.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How lists inside a sandbox are paged: only where somebody asks for it, otherwise everything comes at once.
 *
 * @param limit null for everything
 */
record Listed(int page, @Nullable Integer limit) {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MOST = 100;

    static Listed read(Query query) {
        var page = query.integer("page", 1, 1, Integer.MAX_VALUE);
        var limit = query.integer("limit", DEFAULT_LIMIT, 1, MOST);
        return new Listed(page, query.has("page") || query.has("limit") ? limit : null);
    }

    <T> Page<T> of(List<T> all) {
        if (limit == null) {
            return new Page<>(all, Page.Pagination.ofAll(all.size()));
        }
        var from = Math.min((page - 1L) * limit, all.size());
        var to = Math.min(from + limit, all.size());
        return new Page<>(all.subList((int) from, (int) to), Page.Pagination.ofPage(page, limit, all.size()));
    }
}
