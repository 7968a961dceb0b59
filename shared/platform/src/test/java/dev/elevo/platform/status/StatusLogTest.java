package dev.elevo.platform.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusLogTest {
    private final SettableClock clock = new SettableClock();
    private TestTable table;
    private StatusOutbox outbox;
    private StatusLog log;
    private String org = "";

    @BeforeAll
    void open() {
        table = TestTable.create();
        outbox = new StatusOutbox(table.client(), table.configuration(), List.of());
        log = new StatusLog(table.client(), table.configuration(), outbox, clock);
    }

    @AfterAll
    void close() {
        table.close();
    }

    @BeforeEach
    void another_organization() {
        org = "org-" + UUID.randomUUID();
    }

    @Test
    void what_is_written_comes_back_whole() {
        var begin = log.open(org);
        var change = new StatusChange(
                org,
                "sbx-1",
                "web",
                Map.of("team", "a", "ü", ""),
                SandboxState.STOPPED,
                SandboxState.RUNNING,
                StatusReason.AUTO_DELETE,
                clock.instant(),
                7);
        write(change);

        assertThat(log.settled(org)).isEqualTo(begin + 1);
        assertThat(log.after(org, begin, 10)).containsExactly(new StatusLog.Entry(begin + 1, change));
    }

    @Test
    void nothing_is_numbered_twice_or_left_out_however_many_number_at_once() throws Exception {
        var begin = log.open(org);
        try (var threads = Executors.newFixedThreadPool(8)) {
            var writers = IntStream.range(0, 4)
                    .<Callable<Long>>mapToObj(writer -> () -> {
                        for (int i = 1; i <= 40; i++) {
                            write(change("sbx-" + writer, i, clock.instant()));
                        }
                        return 0L;
                    })
                    .toList();
            var readers = IntStream.range(0, 4)
                    .<Callable<Long>>mapToObj(reader -> () -> {
                        var last = begin;
                        while (last < begin + 160) {
                            last = log.settled(org);
                        }
                        return last;
                    })
                    .toList();
            var all = new ArrayList<>(writers);
            all.addAll(readers);
            for (var done : threads.invokeAll(all)) {
                done.get();
            }
        }

        var entries = log.after(org, begin, 1000);
        assertThat(entries)
                .extracting(StatusLog.Entry::number)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(begin + 1, begin + 160).boxed().toList());
        for (int writer = 0; writer < 4; writer++) {
            var id = "sbx-" + writer;
            assertThat(entries.stream()
                            .map(StatusLog.Entry::change)
                            .filter(change -> change.sandboxId().equals(id))
                            .map(StatusChange::version))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 40).boxed().toList());
        }
    }

    @Test
    void of_one_sandbox_the_versions_decide_even_where_clocks_disagree() {
        var late = clock.instant();
        var order = StatusOutbox.inOrder(List.of(
                waiting("a", 2, late.minusSeconds(1)),
                waiting("b", 1, late.minusSeconds(1)),
                waiting("a", 1, late),
                waiting("a", 3, late.plusSeconds(1))));

        assertThat(order)
                .extracting(waiting ->
                        waiting.change().sandboxId() + waiting.change().version())
                .containsExactly("a1", "b1", "a2", "a3");
    }

    @Test
    void what_happened_before_anybody_listened_is_not_in_it() {
        write(change("sbx-1", 1, clock.instant().minus(Duration.ofMinutes(5))));
        var begin = log.open(org);
        write(change("sbx-1", 2, clock.instant()));

        assertThat(log.settled(org)).isEqualTo(begin + 1);
        assertThat(log.after(org, begin, 10))
                .extracting(entry -> entry.change().version())
                .containsExactly(2L);
    }

    @Test
    void a_place_is_good_for_hours_and_then_it_says_that_something_is_missing() {
        var place = log.open(org);
        clock.advance(Duration.ofHours(2));
        write(change("sbx-1", 1, clock.instant()));
        assertThat(log.reachesBackTo(org, place, log.open(org))).isTrue();

        clock.advance(StatusLog.KEPT_FOR);
        write(change("sbx-1", 2, clock.instant()));
        var now = log.open(org);

        assertThat(log.reachesBackTo(org, place + 1, now)).isFalse();
        assertThat(log.reachesBackTo(org, now, now)).isTrue();
        assertThat(log.reachesBackTo(org, now + 1, now)).isFalse();
    }

    @Test
    void large_labels_take_more_than_one_transaction() {
        var begin = log.open(org);
        for (int i = 1; i <= 12; i++) {
            write(new StatusChange(
                    org,
                    "sbx-large",
                    "web",
                    Map.of("a", "x".repeat(300_000)),
                    SandboxState.RUNNING,
                    null,
                    StatusReason.CREATED,
                    clock.instant(),
                    i));
        }

        assertThat(log.settled(org)).isEqualTo(begin + 12);
    }

    private void write(StatusChange change) {
        table.client().transactWriteItems(request -> request.transactItems(outbox.announce(change)));
    }

    private StatusOutbox.Waiting waiting(String sandbox, long version, Instant at) {
        return new StatusOutbox.Waiting("", change(sandbox, version, at));
    }

    private StatusChange change(String sandbox, long version, Instant at) {
        return new StatusChange(
                org, sandbox, "web", Map.of(), SandboxState.RUNNING, null, StatusReason.API, at, version);
    }
}
