package dev.elevo.agent.http;

import java.util.Optional;
import java.util.regex.Pattern;

/** The one range of a request's header {@code Range}; several at once are not served as such, which is allowed. */
record ByteRange(long first, long last) {
    private static final Pattern ONE = Pattern.compile("bytes=(?<first>\\d{0,18})-(?<last>\\d{0,18})");

    /** What the header asks of a file of this size; empty when it asks for nothing that we know. */
    static Optional<ByteRange> of(String header, long size) {
        var range = ONE.matcher(header.strip());
        if (!range.matches()) {
            return Optional.empty();
        }
        var first = range.group("first");
        var last = range.group("last");
        if (first.isEmpty()) {
            return last.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ByteRange(
                            Long.parseLong(last) == 0 ? size : Math.max(0, size - Long.parseLong(last)), size - 1));
        }
        var from = Long.parseLong(first);
        var to = last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
        return !last.isEmpty() && Long.parseLong(last) < from ? Optional.empty() : Optional.of(new ByteRange(from, to));
    }

    /** Whether there is a byte of it. */
    boolean isSatisfiable() {
        return first <= last;
    }

    long length() {
        return last - first + 1;
    }
}
