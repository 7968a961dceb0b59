package dev.elevo.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureDeletions;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change is in the trail before it is made. */
class AuditAheadTest {
    private static final String DELETION = "/api/v1/fixture/things/one";
    private static final String SEARCH = "/api/v1/fixture/things/find";

    private Fixture fixture;

    @BeforeEach
    void start() {
        fixture = FixtureFunction.start();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void a_change_that_cannot_be_recorded_is_not_made() {
        fixture.audit().fail(true);

        var refused = fixture.answerAdmin(Events.of("DELETE", DELETION));

        assertThat(refused.outcome()).isEqualTo(9002);
        assertThat(deletions()).isZero();
        fixture.audit().fail(false);
        assertThat(fixture.answerAdmin(Events.of("DELETE", DELETION)).status()).isEqualTo(204);
        assertThat(deletions()).isEqualTo(1);
    }

    @Test
    void what_was_announced_and_found_no_room_has_an_end() {
        var refused = fixture.answerAdmin(Events.of("DELETE", "/api/v1/fixture/things/full"));

        assertThat(refused.status()).isEqualTo(429);
        assertThat(fixture.audit().events())
                .singleElement()
                .satisfies(event -> assertThat(event.outcome()).isEqualTo(Outcome.FAILED));
    }

    private int deletions() {
        return fixture.function().context().getBean(FixtureDeletions.class).made();
    }

    @Test
    void the_end_takes_the_place_of_the_beginning() {
        fixture.answerAdmin(Events.of("DELETE", DELETION));

        assertThat(fixture.audit().events()).singleElement().satisfies(event -> {
            assertThat(event.outcome()).isEqualTo(Outcome.SUCCESS);
            assertThat(event.resource()).isEqualTo("one");
        });
    }

    @Test
    void what_only_looks_is_not_announced() {
        fixture.audit().fail(true);

        assertThat(fixture.answerAdmin(Events.get("/api/v1/fixture/me")).status())
                .isEqualTo(200);
        assertThat(fixture.answerAdmin(Events.of("POST", SEARCH)).status()).isEqualTo(200);
    }

    @Test
    void what_only_looks_and_is_recorded_is_so_by_its_end() {
        fixture.answerAdmin(Events.of("POST", SEARCH));

        assertThat(fixture.audit().events())
                .singleElement()
                .satisfies(event -> assertThat(event.outcome()).isEqualTo(Outcome.SUCCESS));
    }
}
