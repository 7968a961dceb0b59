package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Placement.Course;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Workspace;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.engine.Workspaces.Arrival;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import io.micronaut.serde.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The register, on a real table. */
class PlacementsTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";

    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final ObjectMapper json =
            ObjectMapper.create(Map.of("micronaut.serde.serialization.inclusion", "NON_NULL"), "dev.elevo");
    private final Placements placements = new Placements(table.client(), table.configuration(), json, clock);
    private final Placement first = Placement.first(InMemoryAgent.ordinary(ID), clock.stored());
    private final Machine machine = new Machine("microvm-1", "x.on.aws", "arn", 8L << 30, clock.stored());

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void of_two_who_begin_one_the_second_finds_what_the_first_began() {
        var kept = placements.begin(first);

        assertThat(placements.begin(Placement.first(InMemoryAgent.ordinary(ID), clock.stored())))
                .isEqualTo(kept);
        assertThat(placements.all()).containsExactly(kept);
    }

    @Test
    void every_word_of_a_placement_is_kept() {
        var kept = placements.begin(first);
        var whole = first.on(machine, clock.stored())
                .running(Map.of("cpu", true), clock.stored())
                .saving(Course.MOVING, EndReason.EVICTED, clock.stored())
                .bringing(arrival("other"))
                .saved(new Workspace("key", "sha", 7, 1))
                .bringing(arrival("next"));

        placements.replace(kept, whole);

        assertThat(placements.find(ID)).contains(new Kept(whole, 2));
    }

    @Test
    void a_late_writer_changes_nothing() {
        var seen = placements.begin(first);
        var now = placements.replace(seen, first.on(machine, clock.stored())).orElseThrow();

        assertThat(placements.replace(seen, first.attemptingAnew(clock.stored())))
                .isEmpty();
        assertThat(placements.remove(seen)).isFalse();

        assertThat(placements.find(ID)).contains(now);
        assertThat(placements.remove(now)).isTrue();
        assertThat(placements.find(ID)).isEmpty();
    }

    @Test
    void the_next_generation_has_another_attempt_and_the_files_of_the_last() {
        var files = new Workspace("key", "sha", 7, 1);
        var next = first.on(machine, clock.stored())
                .saved(files)
                .stopped(EndReason.REQUESTED, clock.stored())
                .next(Course.NONE, clock.stored());

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.attempt()).isNotEqualTo(first.attempt());
        assertThat(next.machine()).isNull();
        assertThat(next.workspace()).isEqualTo(files);
        assertThat(next.hasSavedThisGeneration()).isFalse();
    }

    @Test
    void a_machine_that_ends_is_the_end_of_what_is_in_it_and_of_nothing_else() {
        var running = first.on(machine, clock.stored()).running(Map.of(), clock.stored());
        var leaving = running.saving(Course.MOVING, null, clock.stored());
        var saved = leaving.saved(new Workspace("key", "sha", 7, 1));
        var next = new Machine("microvm-2", "y.on.aws", "arn", 8L << 30, clock.stored());

        assertThat(running.endsWith(machine)).isTrue();
        assertThat(leaving.endsWith(machine)).isTrue();
        assertThat(saved.endsWith(machine)).isFalse();
        assertThat(saved.next(Course.MOVING, clock.stored())
                        .on(next, clock.stored())
                        .running(Map.of(), clock.stored())
                        .endsWith(machine))
                .isFalse();
        assertThat(first.on(machine, clock.stored()).endsWith(machine)).isFalse();
    }

    @Test
    void what_is_brought_and_what_it_replaces_is_known_until_it_is_removed() {
        var once = first.bringing(arrival("one")).saved(new Workspace("one", "sha", 7, 1));
        assertThat(once.litter()).isEmpty();
        assertThat(once.arrival()).isNull();

        var twice = once.bringing(arrival("lost"))
                .bringingNothing()
                .bringing(arrival("two"))
                .saved(new Workspace("two", "sha", 7, 2));

        assertThat(twice.litter()).containsExactly("lost", "one");
        assertThat(twice.keys()).containsExactly("two", "lost", "one");
        assertThat(twice.tidied().keys()).containsExactly("two");
    }

    @Test
    void what_is_brought_of_a_machine_that_ends_does_not_come_to_the_next() {
        var bringing = first.on(machine, clock.stored())
                .saving(Course.NONE, null, clock.stored())
                .bringing(arrival("one"));

        assertThat(bringing.arrival()).isEqualTo(arrival("one"));
        assertThat(bringing.lost("Host failure", clock.stored()).arrival()).isNull();
        assertThat(bringing.lost("Host failure", clock.stored()).litter()).containsExactly("one");
    }

    private Arrival arrival(String key) {
        return new Arrival(key, "upload of " + key, clock.stored());
    }

    @Test
    void what_is_asked_for_often_is_as_it_was_changed_here() {
        var kept = placements.begin(first);
        assertThat(placements.recent(ID)).contains(first);

        placements.replace(kept, first.on(machine, clock.stored()));

        assertThat(placements.recent(ID)).contains(first.on(machine, clock.stored()));
    }
}
