package dev.elevo.platform.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.push.PushConfiguration;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.status.StatusOutbox;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import io.micronaut.serde.ObjectMapper;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DynamoSandboxStoreTest {
    private static final int QUOTA = 100;
    private static final Ending REQUESTED = new Ending(EndReason.REQUESTED, "key-1");

    private final SettableClock clock = new SettableClock();
    private TestTable table;
    private SandboxStore store;
    private String org;

    @BeforeAll
    void open() {
        table = TestTable.create();
        store = new DynamoSandboxStore(
                table.client(),
                table.configuration(),
                ObjectMapper.getDefault(),
                clock,
                new StatusOutbox(table.client(), table.configuration(), List.of()),
                new PushOutbox(table.client(), table.configuration(), PushConfiguration.NONE, List.of(), clock));
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
    void what_was_created_is_found_by_id_and_by_name_as_it_was() {
        var box = created("web");

        assertThat(store.find(org, box.id())).contains(box);
        assertThat(store.find(org, "web")).contains(box);
    }

    @Test
    void everything_a_sandbox_can_hold_survives_the_store() {
        var box = created("web");
        var now = clock.instant();
        var full = box.running(Sandboxes.WALL, now)
                .failed(Ending.bySystem(EndReason.FAILED), new Breakdown("boom", true), now.plusMillis(1))
                .beginning(new Pending(Action.FORCE_DELETE, REQUESTED, now));

        var saved = ((Saved.Done) store.replace(box, full)).now();

        assertThat(store.find(org, box.id())).contains(saved);
        assertThat(saved).isEqualTo(full.atVersion(2));
    }

    @Test
    void the_id_is_tried_before_the_name() {
        var box = created("first");
        var impostor = Sandbox.creating(
                "sbx-zzzzzzzzzzzz", org, box.id(), Sandboxes.settings(), Sandboxes.WALL, clock.instant());
        store.create(impostor, QUOTA);

        assertThat(store.find(org, box.id())).contains(box);
    }

    @Test
    void what_belongs_to_another_organization_is_not_found() {
        var box = created("web");

        assertThat(store.find("somebody-else", box.id())).isEmpty();
        assertThat(store.find("somebody-else", "web")).isEmpty();
    }

    @Test
    void what_cannot_be_an_id_or_a_name_is_not_found() {
        assertThat(store.find(org, "x".repeat(5000))).isEmpty();
        assertThat(store.find(org, "No Name#")).isEmpty();
    }

    @Test
    void a_second_creation_of_the_same_id_is_told_what_is_there() {
        var box = created("web");

        var again = Sandbox.creating(box.id(), org, "other", Sandboxes.settings(), Sandboxes.WALL, clock.instant());

        assertThat(store.create(again, QUOTA)).isEqualTo(new Created.Existed(box));
        assertThat(store.find(org, "other")).isEmpty();
        assertThat(store.census(org).byState()).containsEntry(SandboxState.CREATING, 1L);
    }

    @Test
    void of_two_creations_with_one_name_at_the_same_time_one_is_made() throws Exception {
        for (int round = 0; round < 10; round++) {
            var name = "web-" + round;

            var outcomes = atOnce(2, () -> store.create(box(name), QUOTA));

            assertThat(outcomes)
                    .hasAtLeastOneElementOfType(Created.Done.class)
                    .hasAtLeastOneElementOfType(Created.NameTaken.class);
        }
    }

    @Test
    void fifty_creations_at_the_same_time_are_all_made_and_counted() throws Exception {
        var outcomes = atOnce(
                50, () -> store.create(box("box-" + UUID.randomUUID().toString().substring(0, 8)), QUOTA));

        assertThat(outcomes).hasOnlyElementsOfType(Created.Done.class);
        assertThat(store.census(org).byState()).containsEntry(SandboxState.CREATING, 50L);
    }

    @Test
    void the_quota_is_exact_however_many_try_at_the_same_time() throws Exception {
        var outcomes = atOnce(
                24, () -> store.create(box("box-" + UUID.randomUUID().toString().substring(0, 8)), 7));

        assertThat(outcomes.stream().filter(Created.Done.class::isInstance)).hasSize(7);
        assertThat(outcomes.stream().filter(Created.QuotaReached.class::isInstance))
                .hasSize(17);
        assertThat(store.census(org).byState()).containsEntry(SandboxState.CREATING, 7L);
    }

    @Test
    void a_deleted_sandbox_frees_its_name_and_its_place() {
        var box = created("web");
        assertThat(store.create(box("more"), 1)).isInstanceOf(Created.QuotaReached.class);

        store.replace(box, box.deleted(REQUESTED, clock.instant()));

        assertThat(store.find(org, box.id())).isEmpty();
        assertThat(store.find(org, "web")).isEmpty();
        assertThat(store.create(box("web"), 1)).isInstanceOf(Created.Done.class);
    }

    @Test
    void a_late_writer_is_told_what_is_there_now() {
        var box = created("web");
        var running = ((Saved.Done) store.replace(box, box.running(Sandboxes.WALL, clock.instant()))).now();

        assertThat(store.replace(box, box.beginning(new Pending(Action.FORCE_DELETE, REQUESTED, clock.instant()))))
                .isEqualTo(new Saved.Stale(running));
        assertThat(store.replace(box, box.failed(null, new Breakdown("late", true), clock.instant())))
                .isEqualTo(new Saved.Stale(running));
        assertThat(store.replace(box, box.deleted(REQUESTED, clock.instant()))).isEqualTo(new Saved.Stale(running));
        assertThat(store.census(org).byState())
                .containsEntry(SandboxState.RUNNING, 1L)
                .containsEntry(SandboxState.CREATING, 0L);
    }

    @Test
    void a_change_to_what_was_deleted_is_told_so() {
        var box = created("web");
        store.replace(box, box.deleted(REQUESTED, clock.instant()));

        assertThat(store.replace(box, box.running(Sandboxes.WALL, clock.instant())))
                .isEqualTo(new Saved.Gone());
        assertThat(store.replace(box, box.beginning(new Pending(Action.FORCE_DELETE, REQUESTED, clock.instant()))))
                .isEqualTo(new Saved.Gone());
        assertThat(store.replace(box, box.deleted(REQUESTED, clock.instant()))).isEqualTo(new Saved.Gone());
    }

    @Test
    void of_many_changes_at_the_same_time_one_is_made_and_the_counters_follow_it() throws Exception {
        var box = created("web");

        var outcomes = atOnce(12, () -> store.replace(box, box.running(Sandboxes.WALL, clock.instant())));

        assertThat(outcomes.stream().filter(Saved.Done.class::isInstance)).hasSize(1);
        assertThat(outcomes.stream().filter(Saved.Stale.class::isInstance)).hasSize(11);
        assertThat(store.census(org).byState())
                .containsEntry(SandboxState.RUNNING, 1L)
                .containsEntry(SandboxState.CREATING, 0L);
    }

    @Test
    void activity_is_noted_unless_something_newer_happened() {
        var box = running("web");
        var later = clock.instant().plusSeconds(20);

        store.touch(box, later);
        store.touch(box, later.plusSeconds(20));

        assertThat(store.find(org, "web").orElseThrow().times().lastActivityAt())
                .isEqualTo(later.truncatedTo(ChronoUnit.MILLIS));
    }

    @Test
    void the_register_knows_every_sandbox_until_it_is_deleted() {
        var box = created("web");
        var key = new SandboxKey(org, box.id());

        assertThat(store.register()).contains(key);
        assertThat(store.locate(box.id())).contains(key);
        assertThat(store.findAll(List.of(key, new SandboxKey(org, "sbx-000000000000"))))
                .containsExactly(box);

        store.replace(box, box.deleted(REQUESTED, clock.instant()));

        assertThat(store.register()).doesNotContain(key);
        assertThat(store.locate(box.id())).isEmpty();
        assertThat(store.locate("web")).isEmpty();
        assertThat(store.findAll(List.of(key))).isEmpty();
    }

    private Sandbox box(String name) {
        return Sandboxes.creating(org, name, clock.instant());
    }

    private Sandbox created(String name) {
        return ((Created.Done) store.create(box(name), QUOTA)).sandbox();
    }

    private Sandbox running(String name) {
        var box = created(name);
        clock.advance(Duration.ofMillis(1));
        return ((Saved.Done) store.replace(box, box.running(Sandboxes.WALL, clock.instant()))).now();
    }

    private static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
        var barrier = new CyclicBarrier(times);
        try (var threads = Executors.newFixedThreadPool(times)) {
            var started = new ArrayList<Future<T>>();
            for (int i = 0; i < times; i++) {
                started.add(threads.submit(() -> {
                    barrier.await();
                    return work.call();
                }));
            }
            var results = new ArrayList<T>();
            for (var one : started) {
                results.add(one.get());
            }
            return results;
        }
    }
}
