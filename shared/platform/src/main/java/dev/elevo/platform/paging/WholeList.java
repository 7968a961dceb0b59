package dev.elevo.platform.paging;

import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A list of which so little is there that all of it is read and sorted here.
 *
 * @param <T> what each has a position for: words that order them, no two of them the same
 */
public final class WholeList<T> {
    private final List<T> all;
    private final PageQuery wanted;
    private final Function<T, String> position;

    private WholeList(List<T> found, PageQuery wanted, Function<T, String> position) {
        var order = Comparator.comparing(position);
        this.all = found.stream()
                .sorted(wanted.sort().descending() ? order.reversed() : order)
                .toList();
        this.wanted = wanted;
        this.position = position;
    }

    /** The stretch that is wanted of these, which are in any order. */
    public static <T> Slice<T> slice(List<T> found, PageQuery wanted, Function<T, String> position) {
        var list = new WholeList<>(found, wanted, position);
        return switch (wanted.start()) {
            case Numbered(int number) -> list.page(number);
            case First() -> list.from(0);
            case After(String last) -> list.from(list.countUntil(last, true));
            case Before(String first) -> list.before(list.countUntil(first, false));
        };
    }

    private Slice<T> page(int number) {
        var skipped = (number - 1L) * wanted.limit();
        return new Slice.Counted<>(
                all.stream().skip(skipped).limit(wanted.limit()).toList(), all.size());
    }

    /** How many come before the position, which may be one that is gone; and the one that stands there, if wanted. */
    private int countUntil(String end, boolean included) {
        return (int) all.stream()
                .takeWhile(item -> {
                    var order = position.apply(item).compareTo(end);
                    var signed = wanted.sort().descending() ? -order : order;
                    return included ? signed <= 0 : signed < 0;
                })
                .count();
    }

    private Slice<T> from(int start) {
        return stretch(start, Math.min(all.size(), start + wanted.limit()));
    }

    private Slice<T> before(int end) {
        return stretch(Math.max(0, end - wanted.limit()), end);
    }

    private Slice<T> stretch(int start, int end) {
        var items = all.subList(start, end);
        return new Slice.Positioned<>(
                items,
                end < all.size() && !items.isEmpty() ? position.apply(items.getLast()) : null,
                start > 0 && !items.isEmpty() ? position.apply(items.getFirst()) : null);
    }
}
