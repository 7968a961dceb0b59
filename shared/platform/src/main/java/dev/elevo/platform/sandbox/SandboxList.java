package dev.elevo.platform.sandbox;

import dev.elevo.platform.dynamo.KeyWalk;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.PageQuery.After;
import dev.elevo.platform.paging.PageQuery.Before;
import dev.elevo.platform.paging.PageQuery.First;
import dev.elevo.platform.paging.PageQuery.Numbered;
import dev.elevo.platform.paging.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One list of an organization's sandboxes. It walks index keys, and reads sandboxes only where the keys do not say enough:
 * those of the page, and those a filter has to look into.
 */
final class SandboxList {
    private static final int BATCH = 100;

    private final KeyWalk walk;
    private final Function<List<KeyWalk.Step>, List<Sandbox>> reader;
    private final String organizationId;
    private final SandboxFilter filter;
    private final PageQuery query;

    /** @param reader reads the sandboxes at these steps, in their order, without those that are gone */
    SandboxList(
            KeyWalk walk,
            Function<List<KeyWalk.Step>, List<Sandbox>> reader,
            String organizationId,
            SandboxFilter filter,
            PageQuery query) {
        this.walk = walk;
        this.reader = reader;
        this.organizationId = organizationId;
        this.filter = filter;
        this.query = query;
    }

    /** @param counted what the counters say where the state alone decides */
    Slice<Sandbox> read(LongSupplier counted) {
        return switch (query.start()) {
            case Numbered(int page) -> keysDecide() ? page(page, counted.getAsLong()) : filteredPage(page);
            case First() -> forward(null);
            case After(String position) -> forward(position);
            case Before(String position) -> backward(position);
        };
    }

    /** Whether the keys say all the filter asks for. Of deleted ones they do not say whether their day is over. */
    private boolean keysDecide() {
        return filter.byStateOnly() && !filter.includesDeleted();
    }

    private Slice<Sandbox> page(int page, long total) {
        var skipped = (page - 1L) * query.limit();
        var steps = new ArrayList<KeyWalk.Step>();
        if (skipped < total) {
            var all = steps(query.sort().descending(), null);
            for (long i = 0; i < skipped && all.hasNext(); i++) {
                all.next();
            }
            while (steps.size() < query.limit() && all.hasNext()) {
                steps.add(all.next());
            }
        }
        return new Slice.Counted<>(reader.apply(steps), total);
    }

    private Slice<Sandbox> filteredPage(int page) {
        var first = (page - 1L) * query.limit();
        var items = new ArrayList<Sandbox>();
        long matched = 0;
        var all = matches(query.sort().descending(), null);
        for (; all.hasNext(); matched++) {
            var match = all.next();
            if (matched >= first && items.size() < query.limit()) {
                items.add(match.sandbox());
            }
        }
        return new Slice.Counted<>(items, matched);
    }

    private Slice<Sandbox> forward(@Nullable String position) {
        var found = take(matches(query.sort().descending(), position));
        var more = found.size() > query.limit();
        var items = more ? found.subList(0, query.limit()) : found;
        return positioned(items, more, position != null);
    }

    private Slice<Sandbox> backward(String position) {
        var found = take(matches(!query.sort().descending(), position));
        var more = found.size() > query.limit();
        var items = more ? found.subList(0, query.limit()) : found;
        return positioned(items.reversed(), true, more);
    }

    private Slice<Sandbox> positioned(List<Match> items, boolean after, boolean before) {
        return new Slice.Positioned<>(
                items.stream().map(Match::sandbox).toList(),
                after && !items.isEmpty() ? items.getLast().position() : null,
                before && !items.isEmpty() ? items.getFirst().position() : null);
    }

    /** One more than the limit, to see whether there is more. */
    private List<Match> take(Iterator<Match> matches) {
        var taken = new ArrayList<Match>();
        while (taken.size() <= query.limit() && matches.hasNext()) {
            taken.add(matches.next());
        }
        return taken;
    }

    private record Match(Sandbox sandbox, String position) {}

    /** Reads ahead in batches, no further than asked. */
    private Iterator<Match> matches(boolean descending, @Nullable String beyond) {
        var steps = steps(descending, beyond);
        // A list that the keys decide needs no more than the page; any other pays for full batches anyway.
        var batch = keysDecide() ? query.limit() + 1 : BATCH;
        return new Iterator<>() {
            private Iterator<Match> read = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!read.hasNext() && steps.hasNext()) {
                    read = readBatch().iterator();
                }
                return read.hasNext();
            }

            @Override
            public Match next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return read.next();
            }

            private List<Match> readBatch() {
                var ahead = new ArrayList<KeyWalk.Step>();
                while (ahead.size() < Math.min(batch, BATCH) && steps.hasNext()) {
                    ahead.add(steps.next());
                }
                var found = reader.apply(ahead).stream().collect(Collectors.toMap(Sandbox::id, Function.identity()));
                var matches = new ArrayList<Match>();
                for (var step : ahead) {
                    var sandbox = found.get(step.id());
                    if (sandbox != null && filter.matches(sandbox)) {
                        // Its position is that of the step: a change since must not move the cursor.
                        matches.add(new Match(sandbox, SandboxKeys.position(step.indexKey())));
                    }
                }
                return matches;
            }
        };
    }

    /** The keys of all sandboxes in the wanted states. */
    private Iterator<KeyWalk.Step> steps(boolean descending, @Nullable String beyond) {
        var index = SandboxKeys.index(query.sort().by());
        // Index keys begin with the position of their item, so they are all greater than it.
        var bound = beyond == null || descending ? beyond : SandboxKeys.justAfter(beyond);
        var living = filter.includesLiving()
                ? walk.walk(SandboxKeys.partition(organizationId, false), index, descending, bound)
                : Collections.<KeyWalk.Step>emptyIterator();
        var deleted = filter.includesDeleted()
                ? walk.walk(SandboxKeys.partition(organizationId, true), index, descending, bound)
                : Collections.<KeyWalk.Step>emptyIterator();
        var order = Comparator.comparing(KeyWalk.Step::indexKey);
        return new MergedWalk(living, deleted, descending ? order.reversed() : order, filter);
    }
}
