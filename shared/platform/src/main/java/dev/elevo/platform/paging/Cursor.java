package dev.elevo.platform.paging;

import java.util.Optional;

/** A place in a list that is walked in one order; what a cursor means once its seal is broken. */
record Cursor(Sort sort, boolean forward, String position) {
    private static final char SEPARATOR = '\n';

    String spell() {
        return (forward ? "+" : "-") + (sort.descending() ? "d" : "a") + sort.by() + SEPARATOR + position;
    }

    static Optional<Cursor> parse(String text) {
        var end = text.indexOf(SEPARATOR);
        if (end < 2) {
            return Optional.empty();
        }
        var sort = new Sort(text.substring(2, end), text.charAt(1) == 'd');
        return Optional.of(new Cursor(sort, text.charAt(0) == '+', text.substring(end + 1)));
    }
}
