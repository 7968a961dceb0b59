package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.process.CodeLanguages;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The deployment's own endpoints through the function's handler. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminTest {
    private Surrounded surrounded;
    private AdminFunction function;

    @BeforeAll
    void start() {
        surrounded = new Surrounded()
                .with("elevo.version", "1.2.3")
                .with("elevo.max.sandboxes", 7)
                .with("elevo.max.wait.ms", 20_000)
                .with("elevo.key.cache.ms", 250);
        function = surrounded.start(AdminFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void health_needs_no_credential_and_is_told_in_the_gateways_envelope() {
        var time = surrounded.clock().stored().toString().replace('T', ' ').replace("Z", "");

        var answer = anonymous(Events.get("/health"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(Map.of(
                        "code",
                        "S10000",
                        "msg",
                        "success",
                        "content",
                        Map.of(
                                "status",
                                "healthy",
                                "service",
                                "api-gateway",
                                "timestamp",
                                time,
                                "version",
                                "1.2.3",
                                "database",
                                "connected",
                                "cache",
                                "connected",
                                "active_routes",
                                0)));
    }

    @Test
    void a_state_table_that_does_not_answer_is_unhealthy_and_its_place_is_not_told() {
        var nowhere = new Surrounded().with("elevo.dynamodb.endpoint", "http://127.0.0.1:1");
        try (nowhere;
                var sick = nowhere.start(AdminFunction::new)) {
            var answer = Answer.of(sick.handle(Events.get("/health").event()));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("code")).isEqualTo("F50000");
            assertThat(answer.value("content.status")).isEqualTo("unhealthy");
            assertThat(answer.value("content.database")).isEqualTo("error: the state table does not answer");
            assertThat(answer.value("content.issues")).isEqualTo(List.of("database: the state table does not answer"));
            assertThat(answer.text()).doesNotContain("127.0.0.1");
        }
    }

    @Test
    void the_configuration_says_what_can_be_called_and_where_the_limits_are() {
        var answer = admin(Events.get("/api/v1/config"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .containsEntry("apiVersion", "v1")
                .containsEntry("version", "1.2.3")
                .containsEntry("templates", List.of("base"))
                .containsEntry("defaultTemplate", "base")
                .containsEntry("targets", List.of("local"))
                .containsEntry("codeLanguages", CodeLanguages.ALL)
                .containsEntry("lspLanguages", LspLanguage.ALL);
        assertThat(answer.value("limits.sandboxesPerOrganization")).isEqualTo(7);
        assertThat(answer.value("limits.maxWaitMs")).isEqualTo(20_000);
        assertThat(answer.value("limits.keyCacheMs")).isEqualTo(250);
        assertThat(answer.value("limits.forwardMs")).isEqualTo(28_000);
        assertThat(answer.value("limits.outputBytesPerStream")).isEqualTo(10_485_760);
        assertThat(answer.value("features"))
                .isEqualTo(Map.of("pause", true, "gpu", false, "chown", true, "push", false, "streaming", true));
    }

    @Test
    void the_configuration_is_for_whoever_has_a_credential_whatever_its_scopes() {
        var nobody = Tokens.hs256(Tokens.claims("nobody", surrounded.clock().instant()));

        var answer = anonymous(Events.get("/api/v1/config").bearer(nobody));
        var refused = anonymous(Events.get("/api/v1/config"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(refused.outcome()).isEqualTo(1001);
        assertThat(refused.status()).isEqualTo(401);
    }

    @Test
    void the_configuration_is_9002_while_the_engine_is_away() {
        // What the engine offers is remembered for seconds.
        surrounded.clock().advance(Duration.ofMinutes(1));
        surrounded.agent().fail(new Failure.Unavailable("away", Duration.ofSeconds(1)));
        try {
            assertThat(admin(Events.get("/api/v1/config")).outcome()).isEqualTo(9002);
        } finally {
            surrounded.agent().fail(null);
        }
    }

    @Test
    void what_no_area_claims_is_9008_without_a_credential() {
        for (var target : List.of("/api/v1/nothing", "/api/v1/config/more", "/api/v1")) {
            var answer = anonymous(Events.get(target));

            assertThat(answer.outcome()).as(target).isEqualTo(9008);
            assertThat(answer.status()).isEqualTo(404);
        }
        assertThat(anonymous(Events.of("DELETE", "/api/v1/config")).outcome()).isEqualTo(9008);
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    private Answer admin(Events request) {
        return Surrounded.ask(function, request);
    }

    private Answer anonymous(Events request) {
        return Answer.of(function.handle(request.event()));
    }
}
