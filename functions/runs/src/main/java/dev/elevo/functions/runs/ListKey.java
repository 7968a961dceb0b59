package dev.elevo.functions.runs;

/**
 * What an index holds of a thing. The order and the id are the {@linkplain #position position} that a cursor remembers; since the
 * indexes hold keys only, what is behind them lets a list be filtered without reading one thing.
 */
record ListKey(String order, String id, String group, String name) {
    private static final char SEPARATOR = '\u001f';
    private static final char AFTER_SEPARATOR = ' ';

    String spell() {
        return plain(order) + SEPARATOR + id + SEPARATOR + group + SEPARATOR + plain(name);
    }

    String position() {
        return plain(order) + SEPARATOR + id;
    }

    static ListKey parse(String text) {
        var first = text.indexOf(SEPARATOR);
        var second = text.indexOf(SEPARATOR, first + 1);
        var third = text.indexOf(SEPARATOR, second + 1);
        return new ListKey(
                text.substring(0, first),
                text.substring(first + 1, second),
                text.substring(second + 1, third),
                text.substring(third + 1));
    }

    /** Greater than the key at this position and less than every later one. */
    static String justAfter(String position) {
        return position + AFTER_SEPARATOR;
    }

    /** A separator within a word would be taken for one between words. */
    private static String plain(String word) {
        return word.replace(SEPARATOR, ' ');
    }
}
