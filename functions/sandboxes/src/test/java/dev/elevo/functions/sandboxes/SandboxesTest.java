package dev.elevo.functions.sandboxes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoints of sandboxes through the function's handler, on a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SandboxesTest {
    private static final String PATH = "/api/v1/sandboxes";

    /** As long as what the agent offers is not asked for again. */
    private static final Duration OFFER_LIFE = Duration.ofSeconds(5);

    private Surrounded surrounded;
    private SandboxesFunction function;
    private InMemoryAgent agent;
    private SettableClock clock;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.domain", "sandboxes.test").with("elevo.max.sandboxes", 40);
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
        agent.fail(null);
        agent.setInternet(true);
        clock.advance(OFFER_LIFE);
        for (var id : get("?limit=100&fields=id").data("id")) {
            delete(id + "?force=true");
        }
    }

    @Test
    void an_empty_body_makes_a_running_sandbox_of_defaults() {
        var answer = ask(Events.of("POST", PATH));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", PATH + "/" + answer.value("id"));
        assertThat(answer.textAt("id")).matches("sbx-[a-z0-9]{12}");
        assertThat(answer.textAt("name")).matches("sandbox-[a-z0-9]{8}");
        assertThat(answer.body())
                .containsEntry("organizationId", "default")
                .containsEntry("state", "running")
                .containsEntry("templateId", "base")
                .containsEntry("isolation", "container")
                .containsEntry("workDir", "/home/user")
                .containsEntry("user", "user")
                .containsEntry("shell", "/bin/bash")
                .containsEntry("cpu", 1.0)
                .containsEntry("memory", 1024)
                .containsEntry("disk", 10)
                .containsEntry("gpu", 0)
                .containsEntry("timeoutMs", 3_600_000)
                .containsEntry("autoStopMinutes", 30)
                .containsEntry("autoArchiveMinutes", 0)
                .containsEntry("autoDeleteMinutes", 0)
                .containsEntry("autoPause", false)
                .containsEntry("ephemeral", false)
                .containsEntry("networkBlockAll", false)
                .containsEntry("target", "local")
                .containsEntry("env", Map.of())
                .containsEntry("volumes", List.of())
                .containsEntry("labels", Map.of())
                .containsEntry("metadata", Map.of())
                .containsEntry("domain", answer.value("id") + ".sandboxes.test")
                .containsKeys("createdAt", "startedAt", "expiresAt", "lastActivityAt", "enforced")
                .doesNotContainKeys("endReason", "errorReason", "stoppedAt", "snapshot", "metrics", "health");
        assertThat(agent.has(answer.textAt("id"))).isTrue();
    }

    @Test
    void where_no_sandbox_is_on_a_network_none_says_it_were() {
        agent.setInternet(false);
        clock.advance(OFFER_LIFE);

        var made = create("{\"network\":{\"allowInternet\":true,\"exposedPorts\":[80]}}");

        assertThat(made.body()).containsEntry("networkBlockAll", true).containsEntry("exposedPorts", List.of(80));
        assertThat(get("/" + made.textAt("id")).value("networkBlockAll")).isEqualTo(true);
    }

    @Test
    void what_is_asked_for_is_what_the_agent_is_told_and_the_client_is_shown() {
        var made = create("""
                {"name":"web","env":{"A":"1"},"workDir":"/srv","user":"dev","shell":"/bin/sh",
                 "resources":{"cpu":2.5,"memory":2048,"diskGB":20},
                 "network":{"allowInternet":false,"allowedCIDRs":["10.0.0.0/8"],"exposedPorts":[80]},
                 "timeoutMs":60000,"autoStopMinutes":0,"autoDeleteMinutes":5,"requireEnforced":["memory"],
                 "labels":{"team":"red"},"metadata":{"k":"v"},"ephemeral":true,"target":"local","unknown":1}""");

        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        assertThat(made.body())
                .containsEntry("name", "web")
                .containsEntry("cpu", 2.5)
                .containsEntry("memory", 2048)
                .containsEntry("disk", 20)
                .containsEntry("networkBlockAll", true)
                .containsEntry("networkAllowList", List.of("10.0.0.0/8"))
                .containsEntry("exposedPorts", List.of(80))
                .containsEntry("labels", Map.of("team", "red"))
                .containsEntry("expiresAt", InstantSerde.format(clock.instant().plusMillis(60_000)));
        var spec = agent.spec(made.textAt("id"));
        assertThat(spec.env()).isEqualTo(Map.of("A", "1"));
        assertThat(spec.workDir()).isEqualTo("/srv");
        assertThat(spec.user()).isEqualTo("dev");
        assertThat(spec.deadline()).isEqualTo(clock.instant().plusMillis(61_000));
        assertThat(get("/web").body()).isEqualTo(made.body());
        assertThat(get("/" + made.value("id")).body()).isEqualTo(made.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"x"}                                            | name
            {"name":"Web"}                                          | name
            {"name":"-web"}                                         | name
            {"template":""}                                         | template
            {"env":{"1A":"x"}}                                      | env
            {"workDir":"relative"}                                  | workDir
            {"user":"Root!"}                                        | user
            {"shell":"bash"}                                        | shell
            {"resources":{"cpu":0.5}}                               | resources.cpu
            {"resources":{"cpu":97}}                                | resources.cpu
            {"resources":{"memoryMB":255}}                          | resources.memoryMB
            {"resources":{"disk":0}}                                | resources.disk
            {"resources":{"gpu":9}}                                 | resources.gpu
            {"resources":{"gpuType":"a100"}}                        | resources.gpuType
            {"network":{"allowedCIDRs":["10.0.0.0"]}}               | network.allowedCIDRs[0]
            {"network":{"allowedCIDRs":["10.0.0.0/33"]}}            | network.allowedCIDRs[0]
            {"network":{"deniedCIDRs":["1.2.3.4/8","::1/129"]}}     | network.deniedCIDRs[1]
            {"network":{"dnsServers":["dns.example"]}}              | network.dnsServers[0]
            {"network":{"allowedDomains":["*.*.x"]}}                | network.allowedDomains[0]
            {"network":{"extraHosts":{"db":"here"}}}                | network.extraHosts.db
            {"network":{"exposedPorts":[0]}}                        | network.exposedPorts[0]
            {"timeoutMs":-1}                                        | timeoutMs
            {"timeoutMs":86400001}                                  | timeoutMs
            {"requireEnforced":["luck"]}                            | requireEnforced[0]
            {"autoStopMinutes":1441}                                | autoStopMinutes
            {"autoArchiveMinutes":-1}                               | autoArchiveMinutes
            {"autoDeleteMinutes":525601}                            | autoDeleteMinutes
            {"labels":{"a b":"c"}}                                  | labels
            {"target":"mars"}                                       | target
            {"volumes":[{"volumeId":"v","mountPath":"data"}]}       | volumes[0].mountPath
            {"volumes":[{"mountPath":"/data"}]}                     | volumes[0].volumeId
            {"volumes":[{"volumeId":"v","mountPath":"/d","subPath":"../x"}]} | volumes[0].subPath
            {"healthCheck":{"type":"magic"}}                        | healthCheck.type
            {"healthCheck":{"type":"http","port":80}}               | healthCheck.path
            {"healthCheck":{"type":"tcp"}}                          | healthCheck.port
            {"healthCheck":{"type":"exec"}}                         | healthCheck.command
            """)
    void a_broken_rule_is_9004_with_the_field(String body, String field) {
        var answer = create(body);

        assertThat(answer.outcome()).as("%s", answer.body()).isEqualTo(9004);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.textAt("error.details.fields.0.field")).startsWith(field);
        assertThat(get("").value("pagination.total")).isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":                     | 9005
            {"timeoutMs":"soon"}         | 9005
            {"env":[]}                   | 9005
            {"template":"nowhere"}       | 2007
            {"snapshot":"snap"}          | 7000
            {"snapshot":"snap","template":"nowhere"} | 7000
            {"volumes":[{"volumeId":"v","mountPath":"/data"}]} | 7100
            {"autoArchiveMinutes":1}     | 9007
            {"resources":{"gpu":1}}      | 9007
            {"args":["run"]}             | 9004
            {"entrypoint":["a\\u0000"]} | 9004
            {"requireEnforced":["disk"]} | 9007
            {"network":{"allowedDomains":["example.org"]}} | 9007
            """)
    void what_cannot_be_read_or_is_not_there_or_not_offered_makes_no_sandbox(String body, int code) {
        var answer = create(body);

        assertThat(answer.outcome()).as("%s", answer.body()).isEqualTo(code);
        assertThat(get("").value("pagination.total")).isEqualTo(0);
    }

    @Test
    void a_name_in_use_is_2002_until_its_sandbox_is_deleted() {
        var first = create("{\"name\":\"web\"}");

        assertThat(create("{\"name\":\"web\"}").outcome()).isEqualTo(2002);
        assertThat(delete(first.value("id") + "?force=true").status()).isEqualTo(204);
        assertThat(create("{\"name\":\"web\"}").status()).isEqualTo(201);
    }

    @Test
    void over_the_quota_is_2004() {
        for (int i = 0; i < 40; i++) {
            assertThat(create("{}").status()).isEqualTo(201);
        }

        var refused = create("{}");

        assertThat(refused.outcome()).isEqualTo(2004);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.value("error.details.limit")).isEqualTo(40);
    }

    @Test
    void fifty_creations_with_one_key_at_the_same_time_make_one_sandbox() throws Exception {
        var key = UUID.randomUUID().toString();
        var before = agent.creations();

        var answers =
                atOnce(50, () -> ask(Events.post(PATH, "{\"name\":\"once\"}").header("x-idempotency-key", key)));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.outcome()).isIn(201, 9009));
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 201)
                        .map(answer -> answer.value("id"))
                        .distinct())
                .hasSize(1);
        assertThat(agent.creations()).isEqualTo(before + 1);
    }

    @Test
    void an_engine_without_room_leaves_a_failed_sandbox_and_says_so() {
        var refused = create("{\"name\":\"big\",\"resources\":{\"memoryMB\":9000}}");

        assertThat(refused.outcome()).isEqualTo(9006);
        assertThat(refused.value("error.details.resource")).isEqualTo("memory");
        var left = get("/big");
        assertThat(left.value("state")).isEqualTo("failed");
        assertThat(left.value("recoverable")).isEqualTo(true);
        assertThat(left.textAt("errorReason")).isEqualTo("not enough memory");
        assertThat(delete("big").status()).isEqualTo(204);
    }

    @Test
    void an_engine_that_breaks_is_2005_and_a_retry_with_the_key_tries_again() {
        create("{}");
        agent.fail(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "kaputt"));

        var failed = ask(Events.post(PATH, "{\"name\":\"again\"}").header("x-idempotency-key", "k-again"));
        agent.fail(null);
        var retried = ask(Events.post(PATH, "{\"name\":\"again\"}").header("x-idempotency-key", "k-again"));

        assertThat(failed.outcome()).isEqualTo(2005);
        assertThat(retried.status()).as("%s", retried.body()).isEqualTo(201);
        assertThat(retried.value("id")).isEqualTo(failed.value("error.details.sandboxId"));
        assertThat(retried.value("state")).isEqualTo("running");
    }

    @Test
    void a_creation_that_failed_gives_its_name_to_the_next() {
        create("{}");
        agent.fail(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "kaputt"));
        var failed = create("{\"name\":\"once-more\"}");
        agent.fail(null);

        assertThat(failed.outcome()).isEqualTo(2005);
        assertThat(get("/once-more").value("state")).isEqualTo("failed");
        var made = create("{\"name\":\"once-more\"}");
        assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
        assertThat(create("{\"name\":\"once-more\"}").outcome()).isEqualTo(2002);
    }

    @Test
    void an_engine_that_does_not_answer_is_9002() {
        clock.advance(Duration.ofMinutes(1));
        agent.fail(new Failure.Unavailable("down", Duration.ofSeconds(1)));

        var answer = create("{}");

        assertThat(answer.outcome()).isEqualTo(9002);
        assertThat(answer.headers()).containsKey("retry-after");
    }

    @Test
    void without_waiting_the_sandbox_is_shown_as_creating_and_then_runs() {
        var made = create("{\"name\":\"later\",\"waitForReady\":false}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.value("state")).isEqualTo("creating");
        await(() -> "running".equals(get("/later").value("state")));
    }

    @Test
    void a_missing_sandbox_is_2001() {
        assertThat(get("/sbx-000000000000").outcome()).isEqualTo(2001);
        assertThat(get("/sbx-000000000000").value("error.details.sandboxId")).isEqualTo("sbx-000000000000");
        assertThat(get("/no-such-name").outcome()).isEqualTo(2001);
        assertThat(delete("no-such-name").outcome()).isEqualTo(2001);
    }

    @Test
    void a_running_sandbox_is_deleted_by_force_only() {
        var id = create("{}").textAt("id");

        var refused = delete(id);
        assertThat(refused.outcome()).isEqualTo(2008);
        assertThat(refused.value("error.details.state")).isEqualTo("running");
        assertThat(refused.value("error.details.action")).isEqualTo("delete");
        assertThat(refused.textAt("error.message")).contains("force=true");

        var done = delete(id + "?force=true");
        assertThat(done.status()).isEqualTo(204);
        assertThat(done.body()).isEmpty();
        assertThat(agent.has(id)).isFalse();
        assertThat(get("/" + id).outcome()).isEqualTo(2001);
        assertThat(delete(id + "?force=true").outcome()).isEqualTo(2001);
        assertThat(delete(id + "?force=maybe").outcome()).isEqualTo(9005);
    }

    @Test
    void a_deleted_sandbox_is_listed_on_request_for_a_day() {
        clock.advance(Duration.ofSeconds(1));
        var id = create("{}").textAt("id");
        delete(id + "?force=true");

        var shown = get("?state=deleted&search=sandbox&limit=1");
        assertThat(get("").data("id")).isEmpty();
        assertThat(shown.data("id")).isEqualTo(List.of(id));
        assertThat(shown.value("data.0.endReason")).isEqualTo("requested");
        assertThat(shown.value("data.0.endedBy")).isEqualTo("bootstrap");
        assertThat(shown.value("data.0.deletedAt")).isNotNull();

        clock.advance(Duration.ofHours(24).plusSeconds(1));
        assertThat(get("?state=deleted").data("id")).isEmpty();
    }

    @Test
    void lists_are_paged_sorted_and_filtered() {
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            create("{\"name\":\"box-" + i + "\",\"labels\":{\"n\":\"" + i % 2 + "\"}}");
        }

        var page = get("?limit=2&page=2&sort_by=name&sort_order=asc");
        assertThat(page.data("name")).isEqualTo(List.of("box-2", "box-3"));
        assertThat(page.value("pagination"))
                .isEqualTo(Map.of("page", 2, "limit", 2, "total", 5, "totalPages", 3, "hasMore", true));
        assertThat(get("").data("name")).isEqualTo(List.of("box-4", "box-3", "box-2", "box-1", "box-0"));
        assertThat(get("?labels=n=1").data("name")).isEqualTo(List.of("box-3", "box-1"));
        assertThat(get("?search=OX-4").data("name")).isEqualTo(List.of("box-4"));
        assertThat(get("?state=stopped,failed").data("name")).isEmpty();
        assertThat(get("?state=running&limit=1").value("pagination.total")).isEqualTo(5);
        assertThat(get("?templateId=other").data("name")).isEmpty();
        assertThat(get("?target=local&limit=1").value("pagination.total")).isEqualTo(5);
        var third = get("/box-2").textAt("createdAt");
        assertThat(get("?createdAfter=" + third).data("name")).isEqualTo(List.of("box-4", "box-3"));
        assertThat(get("?createdBefore=" + third).data("name")).isEqualTo(List.of("box-1", "box-0"));
    }

    @Test
    void a_list_is_walked_by_cursor_forth_and_back() {
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            create("{\"name\":\"box-" + i + "\"}");
        }

        var first = get("?cursor=&limit=2");
        var second = get("?limit=2&cursor=" + first.value("pagination.nextCursor"));
        var third = get("?limit=2&cursor=" + second.value("pagination.nextCursor"));
        var back = get("?limit=2&cursor=" + third.value("pagination.prevCursor"));

        assertThat(first.data("name")).isEqualTo(List.of("box-4", "box-3"));
        assertThat(second.data("name")).isEqualTo(List.of("box-2", "box-1"));
        assertThat(third.data("name")).isEqualTo(List.of("box-0"));
        assertThat(back.data("name")).isEqualTo(second.data("name"));
        assertThat(first.value("pagination.hasMore")).isEqualTo(true);
        assertThat(third.value("pagination.hasMore")).isEqualTo(false);
        assertThat(third.value("pagination.nextCursor")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "?page=0, 9004",
        "?limit=101, 9004",
        "?page=x, 9005",
        "?cursor=forged, 9005",
        "?cursor=&page=1, 9004",
        "?sort_by=size, 9004",
        "?sort_order=up, 9004",
        "?state=asleep, 9004",
        "?labels=nonsense, 9004",
        "?search=, 9004",
        "?expand=secrets, 9004",
        "?createdAfter=yesterday, 9005"
    })
    void a_list_that_cannot_be_is_refused(String query, int code) {
        assertThat(get(query).outcome()).isEqualTo(code);
    }

    @Test
    void fields_and_expand_shape_the_answer() {
        create("{\"name\":\"web\"}");

        var expanded = get("/web?expand=snapshot,metrics,volumes");
        assertThat(expanded.body()).containsEntry("snapshot", null);
        assertThat(expanded.value("metrics.processCount")).isEqualTo(1);
        assertThat(get("/web").body()).doesNotContainKeys("snapshot", "metrics");
        assertThat(get("/web?fields=name").body()).containsOnlyKeys("id", "name");
        assertThat(get("/web?expand=secrets").outcome()).isEqualTo(9004);
    }

    @Test
    void a_sandbox_past_its_time_is_seen_stopped_even_before_the_sweeper_came() {
        create("{\"name\":\"brief\",\"timeoutMs\":1000}");
        clock.advance(Duration.ofSeconds(1));

        var seen = get("/brief");

        assertThat(seen.value("state")).isEqualTo("stopped");
        assertThat(seen.value("endReason")).isEqualTo("expired");
        assertThat(seen.value("endedBy")).isEqualTo("system");
        assertThat(seen.body()).doesNotContainKey("expiresAt").containsKey("stoppedAt");
        assertThat(delete("brief").status()).isEqualTo(204);
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    @Test
    void what_no_record_has_room_for_is_refused_and_changes_nothing() {
        var answer = create("{\"name\":\"large\",\"env\":{%s}}".formatted(variables(11, "x".repeat(32_000))));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo(9004);
        assertThat(get("/large").status()).isEqualTo(404);
    }

    @Test
    void the_largest_record_goes_through_a_whole_life_and_a_page_of_them_is_too_much() {
        // As JSON each of these takes three bytes and more.
        var largest = variables(10, "\u4e2d".repeat(11_000));
        for (int i = 0; i < 20; i++) {
            assertThat(create("{\"env\":{%s}}".formatted(largest)).status()).isEqualTo(201);
        }

        var all = get("?limit=20");
        assertThat(all.status()).isEqualTo(422);
        assertThat(all.code()).isEqualTo(9004);
        assertThat(get("?limit=20&fields=name").status()).isEqualTo(200);
        for (var id : get("?limit=10").data("id")) {
            assertThat(delete(id + "?force=true").status()).isEqualTo(204);
        }
    }

    private static String variables(int count, String value) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"V" + i + "\":\"" + value + "\"")
                .collect(Collectors.joining(","));
    }

    @Test
    void a_name_that_looks_like_an_id_is_refused() {
        assertThat(create("{\"name\":\"sbx-aaaaaaaaaaaa\"}").code()).isEqualTo(9004);
    }

    private Answer create(String body) {
        return ask(Events.post(PATH, body));
    }

    private Answer get(String target) {
        return ask(Events.get(PATH + target));
    }

    private Answer delete(String target) {
        return ask(Events.of("DELETE", PATH + "/" + target));
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            Eventually.pause();
        }
    }

    private static <T> List<T> atOnce(int times, Callable<T> work) throws Exception {
        var barrier = new CyclicBarrier(times);
        try (var threads = Executors.newFixedThreadPool(times)) {
            var started = IntStream.range(0, times)
                    .mapToObj(i -> threads.submit(() -> {
                        barrier.await();
                        return work.call();
                    }))
                    .toList();
            var results = new ArrayList<T>();
            for (var one : started) {
                results.add(one.get());
            }
            return results;
        }
    }
}
