package dev.elevo.functions.runs;

import dev.elevo.platform.dynamo.KeyWalk;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import dev.elevo.platform.paging.Slice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** One list, of which the keys decide everything: what is read is what is shown. */
final class KeyList {
    private final Walk walk;
    private final Predicate<ListKey> filter;
    private final PageQuery query;

    /** The keys of a partition in the order of an index. */
    interface Walk {
        Iterator<KeyWalk.Step> from(boolean descending, @Nullable String bound);
    }

    KeyList(Walk walk, Predicate<ListKey> filter, PageQuery query) {
        this.walk = walk;
        this.filter = filter;
        this.query = query;
    }

    /** @param counted how many there are in all; negative where nobody has counted them */
    <T> Slice<T> read(LongSupplier counted, Function<List<String>, List<T>> reader) {
        return switch (query.start()) {
            case Numbered(int page) -> page(page, counted.getAsLong(), reader);
            case First() -> forward(null, reader);
            case After(String position) -> forward(position, reader);
            case Before(String position) -> backward(position, reader);
        };
    }

    private <T> Slice<T> page(int page, long counted, Function<List<String>, List<T>> reader) {
        var first = (page - 1L) * query.limit();
        if (counted >= 0 && first >= counted) {
            return new Slice.Counted<>(List.of(), counted);
        }
        var shown = new ArrayList<String>();
        long matched = 0;
        for (var keys = keys(query.sort().descending(), null).iterator(); keys.hasNext(); matched++) {
            if (counted >= 0 && shown.size() == query.limit()) {
                break;
            }
            var key = keys.next();
            if (matched >= first && shown.size() < query.limit()) {
                shown.add(key.id());
            }
        }
        return new Slice.Counted<>(reader.apply(shown), counted >= 0 ? counted : matched);
    }

    private <T> Slice<T> forward(@Nullable String position, Function<List<String>, List<T>> reader) {
        var found = take(keys(query.sort().descending(), position));
        var more = found.size() > query.limit();
        return positioned(more ? found.subList(0, query.limit()) : found, more, position != null, reader);
    }

    private <T> Slice<T> backward(String position, Function<List<String>, List<T>> reader) {
        var found = take(keys(!query.sort().descending(), position));
        var more = found.size() > query.limit();
        return positioned((more ? found.subList(0, query.limit()) : found).reversed(), true, more, reader);
    }

    private static <T> Slice<T> positioned(
            List<ListKey> keys, boolean after, boolean before, Function<List<String>, List<T>> reader) {
        return new Slice.Positioned<>(
                reader.apply(keys.stream().map(ListKey::id).toList()),
                after && !keys.isEmpty() ? keys.getLast().position() : null,
                before && !keys.isEmpty() ? keys.getFirst().position() : null);
    }

    /** One more than the limit, to see whether there is more. */
    private List<ListKey> take(Stream<ListKey> keys) {
        return keys.limit(query.limit() + 1L).toList();
    }

    private Stream<ListKey> keys(boolean descending, @Nullable String position) {
        var bound = position == null || descending ? position : ListKey.justAfter(position);
        var steps = Spliterators.spliteratorUnknownSize(walk.from(descending, bound), 0);
        return StreamSupport.stream(steps, false)
                .map(step -> ListKey.parse(step.indexKey()))
                .filter(filter);
    }
}
