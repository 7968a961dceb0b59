package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.paging.Query;

/** A part of a list: {@code page} from 1, {@code size} of 1 to 100. */
record PageWindow(int from, int size) {
    private static final int USUAL = 20;
    private static final int MOST = 100;
    private static final int LAST_PAGE = 1_000_000;

    static PageWindow of(Query query) {
        var page = query.integer("page", 1, 1, LAST_PAGE);
        var size = query.integer("size", USUAL, 1, MOST);
        return new PageWindow((page - 1) * size, size);
    }
}
