package dev.elevo.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.engine.Placement.Course;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** A sweep that saw it stopped while its record says paused would end the machine it just gets. */
    @ParameterizedTest
    @CsvSource({"NONE, STOPPED", "MOVING, RUNNING", "ARCHIVING, PAUSED", "RESUMING, PAUSED"})
    void on_its_way_it_is_what_it_was(Course course, SandboxState state) {
        var placement = Placement.first(InMemoryAgent.ordinary("sbx-aaaaaaaaaaaa"), NOW);

        assertThat(Statuses.of(placement.next(course, NOW)).state()).isEqualTo(state);
        assertThat(Statuses.of(placement.saving(course, null, NOW)).state()).isEqualTo(state);
    }
}
