package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the deployment says it is, by several instances. */
class SystemTest {
    private final Surrounded surrounded = new Surrounded();
    private AdminFunction function;

    @BeforeEach
    void start() {
        PostgresLocal.shared().newDatabase().forEach(surrounded::with);
        function = surrounded.start(AdminFunction::new);
    }

    @AfterEach
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void all_parts_are_asked() {
        var answer = Surrounded.ask(function, Events.get("/api/v1/system/status"));

        assertThat(answer.body()).containsEntry("status", "healthy");
        assertThat(answer.value("components"))
                .isEqualTo(Map.of(
                        "state", Map.of("status", "healthy"),
                        "people", Map.of("status", "healthy"),
                        "engine", Map.of("status", "healthy")));
    }

    @Test
    void a_part_that_is_away_is_named_and_the_answer_is_still_200() {
        var nowhere = new Surrounded();
        try (nowhere;
                var poor = nowhere.start(AdminFunction::new)) {
            var answer = Surrounded.ask(poor, Events.get("/api/v1/system/status"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).containsEntry("status", "degraded");
            assertThat(answer.value("components.people.message")).isEqualTo("The database does not answer");
        }
    }

    @Test
    void without_an_engine_nothing_is_well() {
        surrounded
                .agent()
                .fail(new Failure.Unavailable("The host of the sandboxes does not answer", Duration.ofSeconds(1)));

        var answer = Surrounded.ask(function, Events.get("/api/v1/system/status"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("status", "unhealthy");
        assertThat(answer.value("components.engine.message")).isEqualTo("The host of the sandboxes does not answer");
        assertThat(answer.value("components.people.status")).isEqualTo("healthy");
    }

    @Test
    void it_is_up_since_its_first_request_whatever_that_was() {
        var own = new Surrounded();
        try (own;
                var fresh = own.start(AdminFunction::new)) {
            Surrounded.ask(fresh, Events.get("/api/v1/config"));
            own.clock().advance(Duration.ofMinutes(1));

            assertThat(Surrounded.ask(fresh, Events.get("/api/v1/system/status"))
                            .value("uptimeSeconds"))
                    .isEqualTo(60);
        }
    }

    @Test
    void requests_of_all_instances_are_counted_by_endpoint_client_and_status() {
        try (var other = surrounded.start(AdminFunction::new)) {
            Surrounded.ask(other, Events.get("/api/v1/config").header("x-client-type", "cli"));
            Surrounded.ask(other, Events.get("/api/v1/config"));
            Answer.of(other.handle(Events.get("/api/v1/config").event()));
        }
        surrounded.sandbox(function);

        var answer = Surrounded.ask(function, Events.get("/api/v1/system/metrics"));

        assertThat(answer.value("requests.total")).isEqualTo(3);
        assertThat(answer.value("requests.errors")).isEqualTo(0);
        assertThat(answer.value("endpoints.0.endpoint")).isEqualTo("/api/v1/config");
        assertThat(answer.value("endpoints.0.count")).isEqualTo(3);
        assertThat(answer.value("clients")).isEqualTo(Map.of("cli", 1, "web", 2));
        assertThat(answer.value("sandboxes.running")).isEqualTo(1);
    }

    @Test
    void a_scraper_reads_the_same_as_text() {
        Surrounded.ask(function, Events.get("/api/v1/config"));

        var answer =
                Surrounded.ask(function, Events.get("/api/v1/system/metrics").header("accept", "text/plain"));

        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        assertThat(Surrounded.ask(
                                function,
                                Events.get("/api/v1/system/metrics")
                                        .header("accept", "application/json, text/plain, */*"))
                        .header("Content-Type"))
                .startsWith("application/json");
        assertThat(answer.text())
                .contains("# TYPE api_requests_total counter\n")
                .contains(
                        "api_requests_total{method=\"GET\",endpoint=\"/api/v1/config\",client_type=\"web\",status=\"200\"} 1\n")
                .contains(
                        "api_request_duration_seconds_bucket{method=\"GET\",endpoint=\"/api/v1/config\",client_type=\"web\",le=\"+Inf\"} 1\n")
                .contains("# TYPE sandboxes gauge\n");
    }

    @Test
    void metrics_are_for_who_may_see_the_system() {
        var claims = Tokens.claims("ann", surrounded.clock().instant()).claim("scopes", List.of("sandbox:*"));

        var refused = Answer.of(function.handle(Events.get("/api/v1/system/metrics")
                .bearer(Tokens.hs256(claims))
                .event()));

        assertThat(refused.outcome()).isEqualTo(1005);
        assertThat(Surrounded.ask(function, Events.get("/api/v1/system/metrics?minutes=1441"))
                        .outcome())
                .isEqualTo(9004);
    }
}
