package dev.elevo.platform.sandbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.push.PushConfiguration;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.status.StatusOutbox;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import io.micronaut.serde.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of a population of every state, compared with what sorting all of it in memory gives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxListTest {
    private static final int POPULATION = 37;

    private final SettableClock clock = new SettableClock();
    private final Random random = new Random(3);
    private final String org = "org-" + UUID.randomUUID();
    private final List<Sandbox> living = new ArrayList<>();
    private final List<Sandbox> deleted = new ArrayList<>();
    private TestTable table;
    private SandboxStore store;

    @BeforeAll
    void populate() {
        table = TestTable.create();
        store = new DynamoSandboxStore(
                table.client(),
                table.configuration(),
                ObjectMapper.getDefault(),
                clock,
                new StatusOutbox(table.client(), table.configuration(), List.of()),
                new PushOutbox(table.client(), table.configuration(), PushConfiguration.NONE, List.of(), clock));
        for (int i = 0; i < POPULATION; i++) {
            // Every third is made in the same millisecond as the one before: ties have to be broken by id.
            clock.advance(Duration.ofMillis(i % 3 == 0 ? 0 : 7));
            var label = Map.of("team", i % 2 == 0 ? "red" : "blue", "n", Integer.toString(i % 5));
            var box = Sandbox.creating(
                    "sbx-" + "%012d".formatted(random.nextInt(1_000_000)),
                    org,
                    "box-" + Integer.toString(random.nextInt(100_000), 36) + "-" + i,
                    Sandboxes.settings(false, label),
                    Sandboxes.WALL,
                    clock.instant());
            store.create(box, 100);
            grow(box, i % 5);
        }
    }

    @AfterAll
    void close() {
        table.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"createdAt", "name", "state", "startedAt", "lastActivityAt"})
    void every_order_is_that_of_the_property_and_ties_are_broken_by_id(String by) {
        for (var descending : new boolean[] {false, true}) {
            var sort = new Sort(by, descending);

            assertThat(pages(SandboxFilter.NONE, sort, 5)).isEqualTo(ids(living, sort));
            assertThat(forward(SandboxFilter.NONE, sort, 5)).isEqualTo(ids(living, sort));
        }
    }

    @Test
    void walking_back_by_cursor_gives_the_same_pages() {
        var sort = new Sort("name", true);
        var first = slice(SandboxFilter.NONE, sort, 10, new PageQuery.First());
        var second = slice(SandboxFilter.NONE, sort, 10, new PageQuery.After(requireNonNull(first.next())));
        var back = slice(SandboxFilter.NONE, sort, 10, new PageQuery.Before(requireNonNull(second.previous())));

        assertThat(back.items()).isEqualTo(first.items());
        assertThat(first.previous()).isNull();
        assertThat(back.previous()).isNull();
        assertThat(back.next()).isEqualTo(first.next());
    }

    @ParameterizedTest
    @ValueSource(strings = {"createdAt", "name", "state"})
    void every_set_of_states_gives_those_and_their_number(String by) {
        for (var states : List.of(
                EnumSet.of(SandboxState.RUNNING),
                EnumSet.of(SandboxState.STOPPED, SandboxState.FAILED),
                EnumSet.of(SandboxState.DELETED),
                EnumSet.of(SandboxState.DELETED, SandboxState.RUNNING),
                EnumSet.of(SandboxState.PAUSED))) {
            var sort = new Sort(by, true);
            var expected = ids(
                    all().stream().filter(box -> states.contains(box.state())).toList(), sort);

            assertThat(pages(states(states), sort, 4)).as("%s", states).isEqualTo(expected);
            assertThat(forward(states(states), sort, 4)).as("%s", states).isEqualTo(expected);
            assertThat(total(states(states))).isEqualTo(expected.size());
        }
    }

    @Test
    void filters_by_what_only_the_sandbox_says_are_exact_and_counted() {
        var labels = new SandboxFilter(Set.of(), Map.of("team", "red", "n", "2"), null, null, null, null, null);
        var search = new SandboxFilter(Set.of(), Map.of(), "-1", null, null, null, null);
        var middle = living.get(living.size() / 2).times().createdAt();
        var young = new SandboxFilter(Set.of(), Map.of(), null, "base", "local", middle, null);
        var none = new SandboxFilter(Set.of(), Map.of(), null, "other", null, null, null);

        for (var filter : List.of(labels, search, young, none)) {
            var sort = new Sort("createdAt", false);
            var expected = ids(living.stream().filter(filter::matches).toList(), sort);

            assertThat(pages(filter, sort, 3)).isEqualTo(expected);
            assertThat(forward(filter, sort, 3)).isEqualTo(expected);
            assertThat(total(filter)).isEqualTo(expected.size());
        }
    }

    @Test
    void a_page_past_the_end_is_empty_and_says_how_many_there_are() {
        var page = new PageQuery(new Sort("createdAt", true), 20, new PageQuery.Numbered(Integer.MAX_VALUE));

        assertThat(store.list(org, SandboxFilter.NONE, page)).isEqualTo(new Slice.Counted<>(List.of(), living.size()));
    }

    private void grow(Sandbox box, int how) {
        var running = box.running(Sandboxes.WALL, clock.instant());
        switch (how) {
            case 0 -> living.add(box);
            case 1 -> living.add(save(box, running));
            case 2 ->
                living.add(save(save(box, running), running.stopped(Ending.bySystem(EndReason.IDLE), clock.instant())));
            case 3 -> living.add(save(box, box.failed(null, new Breakdown("boom", true), clock.instant())));
            default -> deleted.add(save(box, box.deleted(null, clock.instant())));
        }
    }

    private Sandbox save(Sandbox seen, Sandbox next) {
        return ((Saved.Done) store.replace(seen, next.atVersion(seen.version()))).now();
    }

    private List<Sandbox> all() {
        var all = new ArrayList<>(living);
        all.addAll(deleted);
        return all;
    }

    private static SandboxFilter states(Set<SandboxState> states) {
        return new SandboxFilter(states, Map.of(), null, null, null, null, null);
    }

    private List<String> pages(SandboxFilter filter, Sort sort, int limit) {
        var seen = new ArrayList<String>();
        for (int page = 1; ; page++) {
            var items = store.list(org, filter, new PageQuery(sort, limit, new PageQuery.Numbered(page)))
                    .items();
            items.forEach(box -> seen.add(box.id()));
            if (items.size() < limit) {
                return seen;
            }
        }
    }

    private List<String> forward(SandboxFilter filter, Sort sort, int limit) {
        var seen = new ArrayList<String>();
        PageQuery.Start start = new PageQuery.First();
        while (true) {
            var slice = slice(filter, sort, limit, start);
            slice.items().forEach(box -> seen.add(box.id()));
            if (slice.next() == null) {
                return seen;
            }
            start = new PageQuery.After(slice.next());
        }
    }

    private Slice.Positioned<Sandbox> slice(SandboxFilter filter, Sort sort, int limit, PageQuery.Start start) {
        return (Slice.Positioned<Sandbox>) store.list(org, filter, new PageQuery(sort, limit, start));
    }

    private long total(SandboxFilter filter) {
        var page = new PageQuery(new Sort("createdAt", true), 2, new PageQuery.Numbered(1));
        return ((Slice.Counted<Sandbox>) store.list(org, filter, page)).total();
    }

    private static List<String> ids(List<Sandbox> boxes, Sort sort) {
        Function<Sandbox, String> property = box -> switch (sort.by()) {
            case "createdAt" -> stamp(box.times().createdAt());
            case "name" -> box.name();
            case "state" -> box.state().label();
            case "startedAt" -> stamp(box.times().startedAt());
            default -> stamp(box.times().lastActivityAt());
        };
        var order = Comparator.comparing(property).thenComparing(Sandbox::id);
        return boxes.stream()
                .sorted(sort.descending() ? order.reversed() : order)
                .map(Sandbox::id)
                .toList();
    }

    private static String stamp(@Nullable Instant instant) {
        return instant == null ? "" : InstantSerde.format(instant);
    }
}
