package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What the pipeline itself costs; a figure, so it is asked for: {@code -Delevo.measure=true}. */
@EnabledIfSystemProperty(named = "elevo.measure", matches = "true")
class PipelineCostTest {
    private static final int ROUNDS = 20;
    private static final int REQUESTS = 2_000;

    @Test
    void a_warm_get_through_the_whole_pipeline_costs_at_most_150_microseconds() {
        try (var fixture = FixtureFunction.start()) {
            long best = Long.MAX_VALUE;
            var sum = 0L;
            for (int round = 0; round < ROUNDS; round++) {
                long began = System.nanoTime();
                for (int i = 0; i < REQUESTS; i++) {
                    fixture.clock().advance(Duration.ofMillis(60)); // one token of the read class
                    var answer = fixture.function()
                            .handle(Events.get("/api/v1/fixture/things/x")
                                    .header("x-api-key", FixtureFunction.BOOTSTRAP_KEY)
                                    .header("user-agent", "curl")
                                    .event());
                    sum += answer.getStatusCode();
                }
                long each = (System.nanoTime() - began) / REQUESTS;
                System.err.println("round " + round + ": " + each / 1000.0 + " µs per request");
                best = Math.min(best, each);
            }
            assertThat(sum).isEqualTo(200L * ROUNDS * REQUESTS);
            assertThat(best).isLessThan(150_000);
        }
    }
}
