package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.TakeSnapshot;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Placement.Course;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Workspace;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import io.micronaut.serde.ObjectMapper;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots that take longer than anybody waits, and what may happen to their sandboxes meanwhile. */
class MicrovmSnapshotsTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";
    private static final SnapshotSource SNAPSHOT = new SnapshotSource("org", "snap-aaaaaaaaaaaa");

    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final ObjectMapper json =
            ObjectMapper.create(Map.of("micronaut.serde.serialization.inclusion", "NON_NULL"), "dev.elevo");
    private final Placements placements = new Placements(table.client(), table.configuration(), json, clock);
    private final SavedSnapshots saved = new SavedSnapshots(table.client(), table.configuration());
    private final InMemoryWorkspaces agent = new InMemoryWorkspaces();
    private final InMemoryBucket bucket = new InMemoryBucket();
    private final MicrovmSnapshots snapshots =
            new MicrovmSnapshots(saved, placements, new Workspaces(agent, Optional.of(bucket), clock));

    @BeforeEach
    void run() {
        var machine = new Machine("microvm-1", "x.on.aws", "arn", 8L << 30, clock.stored());
        placements.begin(Placement.first(InMemoryAgent.ordinary(ID), clock.stored())
                .on(machine, clock.stored())
                .running(Map.of(), clock.stored()));
    }

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void one_that_is_done_while_it_is_waited_for_is_there() {
        agent.beQuick();

        assertThat(take()).isEqualTo(done());

        assertThat(bucket.keys()).singleElement().asString().startsWith("snapshots/org/snap-aaaaaaaaaaaa-");
        assertThat(saved.files(SNAPSHOT).sha256()).isEqualTo(InMemoryWorkspaces.SAVED.sha256());
        assertThat(agent.known()).isEmpty();
    }

    @Test
    void one_that_takes_longer_is_finished_by_whoever_looks() {
        assertThat(take()).isEqualTo(atWork(InMemoryWorkspaces.SO_FAR));
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(atWork(InMemoryWorkspaces.SO_FAR));
        assertThatThrownBy(() -> saved.files(SNAPSHOT)).hasMessageContaining("not found");

        agent.finish();

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
        assertThat(bucket.keys()).containsExactly(saved.files(SNAPSHOT).key());
        assertThat(bucket.underWay()).isZero();
        assertThat(agent.orders()).hasSize(1);
        assertThat(agent.known()).isEmpty();
    }

    @Test
    void who_takes_it_waits_no_longer_than_he_is_told() {
        assertThat(snapshots.take(new TakeSnapshot(SNAPSHOT, ID, null, 1)).isUnderWay())
                .isTrue();

        assertThat(agent.orders())
                .singleElement()
                .satisfies(order -> assertThat(order.waitMs()).isEqualTo(1));
    }

    @Test
    void what_its_taker_noted_and_did_not_live_to_order_is_ordered_by_whoever_looks() {
        take();
        agent.startAnew();

        assertThat(snapshots.look(SNAPSHOT).isUnderWay()).isTrue();
        agent.finish();
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());

        assertThat(agent.orders()).hasSize(2);
        assertThat(agent.orders().getLast().id())
                .isEqualTo(agent.orders().getFirst().id());
        assertThat(agent.orders().getLast().parts())
                .isEqualTo(agent.orders().getFirst().parts());
        assertThat(bucket.begun()).isEqualTo(1);
    }

    @Test
    void of_two_who_take_the_same_the_second_goes_on_with_what_the_first_began() {
        bucket.beforeExpecting(() -> take());

        assertThat(take().isUnderWay()).isTrue();

        assertThat(bucket.begun()).isEqualTo(2);
        assertThat(bucket.underWay()).isEqualTo(1);
        assertThat(agent.orders()).hasSize(1);
        agent.finish();
        assertThat(take()).isEqualTo(done());
        assertThat(take()).isEqualTo(done());
        assertThat(bucket.keys()).hasSize(1);
    }

    @Test
    void of_two_who_finish_the_same_both_have_done_it() {
        take();
        agent.finish();
        bucket.afterCompleting(
                () -> assertThat(snapshots.look(SNAPSHOT)).as("the other one").isEqualTo(done()));

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());

        assertThat(bucket.keys()).hasSize(1);
    }

    /** The agent has forgotten what was finished and is told anew, in vain. */
    @Test
    void who_read_that_it_was_under_way_finds_that_it_was_finished_since() {
        take();
        agent.finish();
        agent.onLook(() -> {
            agent.onLook(() -> {});
            assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
            agent.putBeside(
                    agent.orders().getFirst().id(),
                    SaveStatus.failed(
                            new Failure.Refused(ErrorCode.SERVICE_UNAVAILABLE, "a part was refused with 404")));
        });

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
    }

    @Test
    void a_failure_of_the_agent_is_told_with_its_reason_until_it_is_deleted() {
        take();
        agent.fail(ErrorCode.FILE_TOO_LARGE, "The files are more than 256 parts");

        assertThat(snapshots.look(SNAPSHOT))
                .isEqualTo(failed(ErrorCode.FILE_TOO_LARGE, "The files are more than 256 parts"));
        assertThat(take().progress()).isEqualTo(Progress.FAILED);

        snapshots.delete(SNAPSHOT);
        assertNothingIsLeft();
    }

    @Test
    void one_whose_machine_died_has_failed() {
        take();
        change(placement -> placement.lost("Host failure", clock.stored()));

        assertHasLeft();
    }

    @Test
    void one_whose_sandbox_was_deleted_has_failed() {
        take();
        placements.remove(placements.find(ID).orElseThrow());

        assertHasLeft();
    }

    @Test
    void one_whose_sandbox_moved_on_without_it_has_failed() {
        take();
        change(placement -> placement
                .saving(Course.MOVING, EndReason.EVICTED, clock.stored())
                .saved(new Workspace("key", "sha", 7, 1))
                .next(Course.MOVING, clock.stored())
                .on(new Machine("microvm-2", "y.on.aws", "arn", 8L << 30, clock.stored()), clock.stored())
                .running(Map.of(), clock.stored()));

        assertHasLeft();
    }

    private void assertHasLeft() {
        assertThat(snapshots.look(SNAPSHOT))
                .isEqualTo(failed(
                        ErrorCode.SNAPSHOT_CREATE_FAILED,
                        "The machine of the sandbox ended before its files were saved"));
        snapshots.delete(SNAPSHOT);
        assertThat(bucket.underWay()).isZero();
        assertThat(saved.ids("org")).isEmpty();
    }

    @Test
    void one_whose_sandbox_is_being_stopped_is_finished_first() {
        take();
        change(placement -> placement.saving(Course.NONE, EndReason.REQUESTED, clock.stored()));
        assertThat(snapshots.look(SNAPSHOT).isUnderWay()).isTrue();

        agent.finish();

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
    }

    @Test
    void one_whose_sandbox_sleeps_goes_on_when_it_is_awake() {
        take();
        change(placement -> placement.suspended(clock.stored()));
        agent.onLook(() -> {
            throw new AssertionError("who sleeps is not asked");
        });
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(atWork(0));

        agent.onLook(() -> {});
        change(placement -> placement.resumed(clock.stored()));
        agent.finish();

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
    }

    @Test
    void one_that_sleeps_longer_than_its_addresses_live_has_failed() {
        take();
        change(placement -> placement.suspended(clock.stored()));
        clock.advance(Workspaces.LIFE.plusSeconds(1));

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(late());
    }

    @Test
    void an_agent_that_is_silent_may_be_at_work_until_its_addresses_end() {
        take();
        agent.beSilent(true);
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(atWork(0));

        clock.advance(Workspaces.LIFE.plusSeconds(1));
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(late());

        snapshots.delete(SNAPSHOT);
        assertThat(bucket.underWay()).isZero();
    }

    @Test
    void what_was_saved_in_time_is_finished_however_late_somebody_looks() {
        take();
        agent.finish();
        clock.advance(Workspaces.LIFE.multipliedBy(4));

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(done());
    }

    @Test
    void nothing_is_ordered_with_addresses_that_are_over() {
        take();
        agent.startAnew();
        clock.advance(Workspaces.LIFE.plusSeconds(1));

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(late());
        assertThat(agent.orders()).hasSize(1);
    }

    @Test
    void one_that_is_deleted_while_it_is_under_way_ends() {
        take();

        snapshots.delete(SNAPSHOT);

        assertNothingIsLeft();
        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(SnapshotStatus.of(Progress.ABSENT));
    }

    @Test
    void one_that_is_deleted_while_it_is_finished_leaves_nothing() {
        take();
        agent.finish();
        bucket.afterCompleting(() -> snapshots.delete(SNAPSHOT));

        assertThat(snapshots.look(SNAPSHOT)).isEqualTo(SnapshotStatus.of(Progress.ABSENT));

        assertNothingIsLeft();
    }

    @Test
    void who_deletes_one_of_before_does_not_delete_the_one_that_was_begun_since() {
        take();
        var before = saved.find(SNAPSHOT).orElseThrow();
        snapshots.delete(SNAPSHOT);
        take();

        saved.forget(SNAPSHOT, before);

        assertThat(saved.find(SNAPSHOT)).isPresent();
    }

    @Test
    void one_that_is_there_is_deleted_with_its_files() {
        agent.beQuick();
        take();

        snapshots.delete(SNAPSHOT);

        assertNothingIsLeft();
    }

    @Test
    void what_is_under_way_is_known_in_its_depot() {
        take();

        assertThat(snapshots.collect(new SnapshotSource("org", "")).snapshots()).containsExactly(SNAPSHOT.id());
    }

    private SnapshotStatus take() {
        return snapshots.take(new TakeSnapshot(SNAPSHOT, ID, null, 0));
    }

    private void change(UnaryOperator<Placement> change) {
        var kept = placements.find(ID).orElseThrow();
        assertThat(placements.replace(kept, change.apply(kept.placement()))).isPresent();
    }

    private void assertNothingIsLeft() {
        assertThat(bucket.underWay()).isZero();
        assertThat(bucket.keys()).isEmpty();
        assertThat(agent.known()).isEmpty();
        assertThat(saved.ids("org")).isEmpty();
    }

    private static SnapshotStatus atWork(long bytes) {
        return new SnapshotStatus(Progress.AT_WORK, 0, bytes, null, null);
    }

    private static SnapshotStatus done() {
        var bytes = InMemoryWorkspaces.SAVED.bytes();
        return new SnapshotStatus(Progress.DONE, bytes, bytes, null, null);
    }

    private static SnapshotStatus late() {
        return failed(ErrorCode.SERVICE_UNAVAILABLE, "The files were not saved within 15 minutes");
    }

    private static SnapshotStatus failed(ErrorCode code, String reason) {
        return new SnapshotStatus(Progress.FAILED, 0, 0, code.number(), reason);
    }
}
