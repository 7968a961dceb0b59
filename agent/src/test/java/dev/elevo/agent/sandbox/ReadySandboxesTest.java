package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ReadySandboxesTest {
    private static final int RUSH = 5;

    @TempDir
    private Path home;

    private RealAgent agent;
    private Places places;
    private Demand demand;
    private ReadySandboxes ready;
    private Instant now = Instant.EPOCH;

    /** The agent's own are none. */
    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home, Map.of("elevo.ready.sandboxes", 0));
        places = agent.context().getBean(Places.class);
        demand = new Demand(1, () -> now);
        ready = new ReadySandboxes(demand, agent.context().getBean(IsolationDriver.class), places);
    }

    @AfterEach
    void stop() {
        ready.close();
        agent.close();
    }

    @Test
    void after_a_rush_as_many_stand_ready_as_it_was_and_not_for_ever() throws IOException {
        IntStream.range(0, RUSH).forEach(_ -> demand.taken());
        ready.stockUp();
        await("as many again", () -> places.existing().size() == RUSH);
        ready.removeSurplus();
        assertThat(places.existing()).hasSize(RUSH);

        now = now.plus(Demand.REMEMBERED);
        await("all but one to go", () -> {
            ready.removeSurplus(); // the last may not have been there yet
            return places.existing().size() == 1;
        });
    }
}
