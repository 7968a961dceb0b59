package dev.elevo.platform.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.identity.RehearsalToken;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureDeletions;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.testing.FixtureQuestions;
import java.io.IOException;
import org.crac.Core;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RehearsalTest {
    private Fixture fixture;

    @BeforeAll
    void start() {
        fixture = FixtureFunction.start();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void it_looks_at_everything_changes_nothing_and_the_function_goes_on_after_it() throws IOException {
        var rehearsal = fixture.function().context().getBean(Rehearsal.class);

        rehearsal.beforeCheckpoint(Core.getGlobalContext());
        rehearsal.afterRestore(Core.getGlobalContext());

        assertThat(fixture.limiter().hasSeen(RehearsalToken.NOBODY)).isTrue();
        assertThat(fixture.function().context().getBean(FixtureDeletions.class).made())
                .isZero();
        assertThat(fixture.function().context().getBean(FixtureQuestions.class).paths())
                .containsExactly("/");
        assertThat(fixture.answer(Events.get("/api/v1/fixture/query?path=/a")).text())
                .isEqualTo("{\"path\":\"/a\"}");
    }
}
