package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placement.Workspace;
import dev.elevo.platform.engine.Placements.Kept;
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
    private final Machine machine = new Machine("microvm-1", "x.on.aws", "arn", clock.stored());

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
        var whole = first.on(machine)
                .running(Map.of("cpu", true), clock.stored())
                .saving(true, EndReason.EVICTED)
                .saved(new Workspace("key", "sha", 7, 1));

        placements.replace(kept, whole);

        assertThat(placements.find(ID)).contains(new Kept(whole, 2));
    }

    @Test
    void a_late_writer_changes_nothing() {
        var seen = placements.begin(first);
        var now = placements.replace(seen, first.on(machine)).orElseThrow();

        assertThat(placements.replace(seen, first.attemptingAnew())).isEmpty();
        assertThat(placements.remove(seen)).isFalse();

        assertThat(placements.find(ID)).contains(now);
        assertThat(placements.remove(now)).isTrue();
        assertThat(placements.find(ID)).isEmpty();
    }

    @Test
    void the_next_generation_has_another_attempt_and_the_files_of_the_last() {
        var files = new Workspace("key", "sha", 7, 1);
        var next = first.on(machine)
                .saved(files)
                .stopped(EndReason.REQUESTED, clock.stored())
                .next(false);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(next.attempt()).isNotEqualTo(first.attempt());
        assertThat(next.machine()).isNull();
        assertThat(next.workspace()).isEqualTo(files);
        assertThat(next.hasSavedThisGeneration()).isFalse();
    }

    @Test
    void what_is_asked_for_often_is_as_it_was_changed_here() {
        var kept = placements.begin(first);
        assertThat(placements.recent(ID)).contains(first);

        placements.replace(kept, first.on(machine));

        assertThat(placements.recent(ID)).contains(first.on(machine));
    }
}
