package dev.elevo.functions.sandboxes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.sandbox.Health;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a sandbox can be changed and looked at while it lives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpdateTest {
    private static final String PATH = "/api/v1/sandboxes";

    private Surrounded surrounded;
    private SandboxesFunction function;
    private InMemoryAgent agent;
    private SettableClock clock;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(SandboxesFunction::new);
        agent = surrounded.agent();
        clock = surrounded.clock();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void empty() {
        agent.setHealth(null);
        for (var id : ask("GET", "?limit=100&fields=id", "").data("id")) {
            ask("DELETE", "/" + id + "?force=true", "");
        }
    }

    @Test
    void patch_changes_what_is_named_and_put_sets_the_rest_to_its_default() {
        var id = create("{\"labels\":{\"a\":\"1\"},\"metadata\":{\"m\":\"1\"},\"autoDeleteMinutes\":9}");

        var patched = ask("PATCH", "/" + id, "{\"name\":\"renamed\",\"autoStopMinutes\":5,\"autoPause\":true}");
        var put = ask("PUT", "/" + id, "{\"labels\":{\"b\":\"2\"}}");

        assertThat(patched.body())
                .containsEntry("name", "renamed")
                .containsEntry("autoStopMinutes", 5)
                .containsEntry("autoPause", true)
                .containsEntry("autoDeleteMinutes", 9)
                .containsEntry("labels", Map.of("a", "1"));
        assertThat(put.body())
                .containsEntry("name", "renamed")
                .containsEntry("labels", Map.of("b", "2"))
                .containsEntry("metadata", Map.of())
                .containsEntry("autoStopMinutes", 30)
                .containsEntry("autoPause", false)
                .containsEntry("autoDeleteMinutes", 0)
                .containsEntry("timeoutMs", 3_600_000);
        assertThat(ask("GET", "/renamed", "").body()).isEqualTo(put.body());
    }

    @Test
    void a_new_name_is_free_or_2002_and_frees_the_old_one() {
        var id = create("{\"name\":\"first\"}");
        create("{\"name\":\"second\"}");

        assertThat(ask("PATCH", "/" + id, "{\"name\":\"second\",\"autoStopMinutes\":1}")
                        .outcome())
                .isEqualTo(2002);
        assertThat(ask("GET", "/" + id, "").body())
                .containsEntry("name", "first")
                .containsEntry("autoStopMinutes", 30);
        assertThat(ask("PATCH", "/first", "{\"name\":\"third\"}").status()).isEqualTo(200);
        assertThat(ask("GET", "/first", "").outcome()).isEqualTo(2001);
        assertThat(ask("GET", "/third", "").value("id")).isEqualTo(id);
        assertThat(create("{\"name\":\"first\"}")).isNotEqualTo(id);
    }

    @Test
    void of_many_who_want_one_name_one_gets_it() throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            ids.add(create("{}"));
        }
        var answers = new ArrayList<Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = ids.stream()
                    .map(id -> threads.submit(() -> ask("PATCH", "/" + id, "{\"name\":\"wanted\"}")))
                    .toList();
            for (var answer : asked) {
                answers.add(answer.get().outcome());
            }
        }

        assertThat(answers).containsOnlyOnce(200).allMatch(code -> code == 200 || code == 2002);
    }

    @Test
    void labels_are_replaced_as_a_whole() {
        var id = create("{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}");

        var answer = ask("PATCH", "/" + id + "/labels", "{\"labels\":{\"c\":\"3\"}}");

        assertThat(answer.body()).isEqualTo(Map.of("labels", Map.of("c", "3")));
        assertThat(ask("GET", "?labels=c=3", "").data("id")).containsExactly(id);
        assertThat(ask("GET", "?labels=a=1", "").data("id")).isEmpty();
        assertThat(ask("PATCH", "/" + id + "/labels", "{}").outcome()).isEqualTo(9004);
    }

    @Test
    void another_time_out_counts_from_now_and_the_engine_knows_it() {
        var id = create("{\"timeoutMs\":60000}");
        clock.advance(Duration.ofSeconds(30));

        var changed = ask("PATCH", "/" + id + "/timeout", "{\"timeoutMs\":120000}");
        var limit = clock.instant().plusSeconds(120);
        var removed = ask("PATCH", "/" + id + "/timeout", "{\"timeoutMs\":0}");

        assertThat(changed.body()).containsEntry("expiresAt", InstantSerde.format(limit));
        assertThat(removed.body()).containsEntry("timeoutMs", 0).doesNotContainKey("expiresAt");
        assertThat(agent.spec(id).deadline()).isNull();
        assertThat(ask("PATCH", "/" + id, "{\"timeoutMs\":5000}").value("expiresAt"))
                .isEqualTo(InstantSerde.format(clock.instant().plusSeconds(5)));
        assertThat(agent.spec(id).deadline()).isEqualTo(clock.stored().plusSeconds(6));
    }

    @Test
    void a_new_network_is_in_force_and_shown() {
        var id = create("{}");

        var changed = ask(
                "PATCH",
                "/" + id,
                "{\"network\":{\"allowInternet\":false,\"allowedCIDRs\":[\"10.1.0.0/16\"],\"exposedPorts\":[80]}}");

        assertThat(changed.body())
                .containsEntry("networkBlockAll", true)
                .containsEntry("networkAllowList", List.of("10.1.0.0/16"))
                .containsEntry("exposedPorts", List.of(80));
        assertThat(agent.spec(id).network().internet()).isFalse();
        assertThat(agent.spec(id).network().allowedCIDRs()).containsExactly("10.1.0.0/16");
    }

    @Test
    void a_network_the_engine_does_not_offer_is_9007_and_changes_nothing() {
        var id = create("{}");

        var refused = ask("PATCH", "/" + id, "{\"network\":{\"allowedDomains\":[\"example.com\"]},\"name\":\"other\"}");

        assertThat(refused.outcome()).isEqualTo(9007);
        assertThat(ask("GET", "/other", "").outcome()).isEqualTo(2001);
        assertThat(agent.spec(id).network().allowedDomains()).isNull();
    }

    @Test
    void a_network_sent_where_none_is_taken_is_not_passed_over() {
        var id = create("{}");

        var refused = ask("PUT", "/" + id, "{\"network\":{\"allowInternet\":false}}");

        assertThat(refused.outcome()).isEqualTo(9004);
        assertThat(refused.fields()).containsExactly("network");
        assertThat(ask("GET", "/" + id, "").value("networkBlockAll")).isEqualTo(false);
    }

    @Test
    void what_many_change_at_once_is_in_the_end_what_the_engine_has() throws Exception {
        var id = create("{}");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 1; i <= 20; i++) {
                var body =
                        "{\"network\":{\"allowedCIDRs\":[\"10." + i + ".0.0/16\"]},\"timeoutMs\":" + i * 10_000 + "}";
                threads.execute(
                        () -> assertThat(ask("PATCH", "/" + id, body).status()).isEqualTo(200));
            }
        }

        var recorded = ask("GET", "/" + id, "");
        assertThat(agent.spec(id).network().allowedCIDRs()).isEqualTo(recorded.value("networkAllowList"));
        assertThat(InstantSerde.format(
                        Objects.requireNonNull(agent.spec(id).deadline()).minusSeconds(1)))
                .isEqualTo(recorded.value("expiresAt"));
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"name\":\"A\"}', name",
        "'{\"name\":\"sbx-000000000000\"}', name",
        "'{\"timeoutMs\":-1}', timeoutMs",
        "'{\"timeoutMs\":86400001}', timeoutMs",
        "'{\"autoStopMinutes\":1441}', autoStopMinutes",
        "'{\"autoDeleteMinutes\":525601}', autoDeleteMinutes",
        "'{\"labels\":{\"a b\":\"1\"}}', 'labels'",
        "'{\"network\":{\"allowedCIDRs\":[\"nonsense\"]}}', 'network.allowedCIDRs[0]'",
        "'{\"network\":{\"allowInternt\":false}}', network",
    })
    void bad_input_is_9004_and_changes_nothing(String body, String field) {
        var id = create("{}");
        var before = ask("GET", "/" + id, "").body();

        // PUT takes no network.
        for (var method : field.startsWith("network") ? List.of("PATCH") : List.of("PATCH", "PUT")) {
            var answer = ask(method, "/" + id, body);

            assertThat(answer.outcome()).as(body).isEqualTo(9004);
            assertThat(answer.fields().getFirst()).startsWith(field);
            assertThat(ask("GET", "/" + id, "").body()).isEqualTo(before);
        }
    }

    @Test
    void what_is_not_offered_is_9007() {
        var id = create("{}");

        assertThat(ask("PATCH", "/" + id, "{\"autoArchiveMinutes\":1}").outcome())
                .isEqualTo(9007);
    }

    @Test
    void activity_restarts_the_idle_timer() {
        var id = create("{\"autoStopMinutes\":10,\"timeoutMs\":0}");
        clock.advance(Duration.ofMinutes(9));
        assertThat(ask("POST", "/" + id + "/activity", "").value("success")).isEqualTo(true);
        clock.advance(Duration.ofMinutes(9));

        function.runSchedule("sweep");
        assertThat(ask("GET", "/" + id, "").value("state")).isEqualTo("running");
        clock.advance(Duration.ofMinutes(1));
        function.runSchedule("sweep");

        assertThat(ask("GET", "/" + id, "").body())
                .containsEntry("state", "stopped")
                .containsEntry("endReason", "idle")
                .containsEntry("endedBy", "system");
    }

    @Test
    void metrics_are_the_newest_or_those_of_a_time() {
        var id = create("{}");
        var now = clock.instant();

        var newest = ask("GET", "/" + id + "/metrics", "");
        var hour = ask("GET", "/" + id + "/metrics?end=" + now, "");
        var some = ask("GET", "/" + id + "/metrics?start=" + now.minusSeconds(100) + "&end=" + now + "&step=10", "");

        assertThat(samples(newest)).hasSize(1);
        assertThat(newest.value("metrics.0.timestamp")).isEqualTo(InstantSerde.format(now));
        assertThat(newest.value("metrics.0.cpuCount")).isEqualTo(1.0);
        assertThat(samples(hour)).hasSize(60);
        assertThat(samples(some)).hasSize(10);
    }

    @Test
    void the_newest_of_a_stopped_one_is_the_last_that_was_taken() {
        var id = create("{}");
        ask("POST", "/" + id + "/stop", "");

        assertThat(samples(ask("GET", "/" + id + "/metrics", ""))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "step=0",
                "step=3601",
                "start=2025-01-02T00:00:00Z&end=2025-01-01T00:00:00Z",
                "start=2025-01-01T00:00:00Z&end=2025-01-03T00:00:00Z&step=60"
            })
    void a_span_that_cannot_be_is_9004(String query) {
        assertThat(ask("GET", "/" + create("{}") + "/metrics?" + query, "").outcome())
                .isEqualTo(9004);
    }

    @Test
    void a_sandbox_shows_its_metrics_and_its_health_where_they_are_wanted() {
        agent.setHealth(Health.UNHEALTHY);
        var checked = create("{\"name\":\"checked\",\"healthCheck\":{\"type\":\"tcp\",\"port\":80}}");
        agent.setHealth(null);
        var plain = create("{\"name\":\"plain\"}");

        var list = ask("GET", "?expand=metrics&sort_by=name&sort_order=asc", "");

        assertThat(list.data("health")).containsExactly("unhealthy", null);
        assertThat(list.value("data.0.metrics.processCount")).isEqualTo(1);
        assertThat(list.value("data.1.metrics.processCount")).isEqualTo(1);
        assertThat(ask("GET", "/" + checked, "").value("health")).isEqualTo("unhealthy");
        assertThat(ask("GET", "/" + plain, "").body()).doesNotContainKeys("health", "metrics");
        ask("POST", "/" + checked + "/stop", "");
        assertThat(ask("GET", "/" + checked, "").value("health")).isEqualTo("unknown");
    }

    @Test
    void stats_count_what_there_is_and_what_runs() {
        var running = create("{\"resources\":{\"cpu\":1.5,\"memoryMB\":512,\"disk\":3}}");
        var stopped = create("{\"resources\":{\"cpu\":2,\"memoryMB\":512}}");
        ask("POST", "/" + stopped + "/stop", "");

        var stats = stats();

        assertThat(stats.value("sandboxes.total")).isEqualTo(2);
        assertThat(stats.value("sandboxes.byState"))
                .isEqualTo(Map.of("creating", 0, "running", 1, "paused", 0, "stopped", 1, "failed", 0));
        assertThat(stats.value("resources")).isEqualTo(Map.of("cpu", 1.5, "memory", 512, "disk", 3, "gpu", 0));
        ask("POST", "/" + running + "/pause", "");
        assertThat(stats().value("resources.cpu")).isEqualTo(0.0);
        ask("POST", "/" + running + "/resume", "");
        assertThat(stats().value("resources.cpu")).isEqualTo(1.5);
        ask("DELETE", "/" + running + "?force=true", "");
        assertThat(stats().value("resources.cpu")).isEqualTo(0.0);
        assertThat(stats().value("sandboxes.total")).isEqualTo(1);
    }

    private Answer stats() {
        return Surrounded.ask(function, Events.get("/api/v1/stats"));
    }

    private static List<?> samples(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return (List<?>) Objects.requireNonNull(answer.value("metrics"));
    }

    private String create(String body) {
        var answer = ask("POST", "", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.textAt("id");
    }

    private Answer ask(String method, String path, String body) {
        var request = Events.of(method, PATH + path);
        return Surrounded.ask(
                function,
                body.isEmpty()
                        ? request
                        : request.header("content-type", "application/json").body(body));
    }
}
