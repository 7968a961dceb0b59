package dev.elevo.functions.sandboxes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.lambda.Abandoned;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All of them or none, and none twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForkTest {
    private static final String PATH = "/api/v1/sandboxes";

    private Surrounded surrounded;
    private SandboxesFunction function;
    private InMemoryAgent agent;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.sandboxes", 10_000);
        function = surrounded.start(SandboxesFunction::new);
        agent = surrounded.agent();
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void heal() {
        agent.fail(null);
    }

    @Test
    void a_fork_is_as_its_source_but_for_what_is_asked() {
        var source =
                created("{\"labels\":{\"a\":\"1\"},\"env\":{\"X\":\"y\"},\"workDir\":\"/srv\",\"timeoutMs\":60000}");
        var prefix = name();

        var answer = fork(source, "{\"count\":2,\"namePrefix\":\"" + prefix + "\",\"metadata\":{\"m\":\"2\"}}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat((List<?>) answer.value("sandboxes"))
                .hasSize(2)
                .allSatisfy(fork -> assertThat(fork)
                        .asInstanceOf(InstanceOfAssertFactories.MAP)
                        .containsEntry("state", "running")
                        .containsEntry("workDir", "/srv")
                        .containsEntry("labels", Map.of("a", "1"))
                        .containsEntry("metadata", Map.of("m", "2")));
        assertThat((List<?>) answer.value("sandboxes"))
                .extracting("name")
                .containsExactly(prefix + "-1", prefix + "-2");
    }

    @Test
    void a_name_in_use_leaves_none_of_them() {
        var source = created("{}");
        var prefix = name();
        created("{\"name\":\"" + prefix + "-3\"}");
        var before = agent.creations();

        assertThat(fork(source, "{\"count\":4,\"namePrefix\":\"" + prefix + "\"}")
                        .outcome())
                .isEqualTo(2002);

        assertThat(agent.creations()).isEqualTo(before);
        assertThat(get(prefix + "-1").outcome()).isEqualTo(2001);
        assertThat(get(prefix + "-2").outcome()).isEqualTo(2001);
        assertThat(get(prefix + "-3").status()).isEqualTo(200);
    }

    @Test
    void an_agent_that_fails_leaves_none_of_them_once_it_is_back() {
        var source = created("{}");
        var prefix = name();
        agent.fail(new Failure.Unavailable("down", Duration.ofSeconds(1)));
        var body = "{\"count\":2,\"namePrefix\":\"" + prefix + "\"}";
        assertThat(fork(source, body).outcome()).isEqualTo(9002);
        agent.fail(null);
        surrounded.clock().advance(Abandoned.AFTER.plusSeconds(10));
        function.runSchedule("sweep");

        assertThat(get(prefix + "-1").outcome()).isEqualTo(2001);
        assertThat(get(prefix + "-2").outcome()).isEqualTo(2001);
        assertThat(fork(source, body).status()).isEqualTo(201);
    }

    @Test
    void what_does_not_run_is_not_forked() {
        var source = created("{}");
        ask("POST", "/" + source + "/pause", "");
        assertThat(fork(source, "{}").status()).isEqualTo(201);
        ask("POST", "/" + source + "/stop", "");
        assertThat(fork(source, "{}").outcome()).isEqualTo(2003);
        assertThat(fork("sbx-aaaaaaaaaaaa", "{}").outcome()).isEqualTo(2001);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"count\":0}",
                "{\"count\":21}",
                "{\"count\":2,\"name\":\"abc\"}",
                "{\"name\":\"abc\",\"namePrefix\":\"abc\"}",
                "{\"namePrefix\":\"A\"}",
                "{\"timeoutMs\":-1}"
            })
    void what_cannot_be_is_refused(String body) {
        assertThat(fork(created("{}"), body).outcome()).isEqualTo(9004);
    }

    @Test
    void forks_that_take_longer_than_a_request_are_told_by_their_ids() {
        var hasty = new Surrounded().with("elevo.max.wait.ms", 2000);
        var ended = new CountDownLatch(1);
        try (var impatient = hasty.start(SandboxesFunction::new)) {
            var source = Surrounded.ask(impatient, Events.post(PATH, "{}")).textAt("id");
            hasty.agent().meanwhile(() -> await(ended));

            var late = Surrounded.ask(impatient, Events.post(PATH + "/" + source + "/fork", "{\"count\":2}"));

            assertThat(late.outcome()).isEqualTo(2006);
            var forks = (List<?>) late.value("error.details.sandboxes");
            assertThat(forks).hasSize(2);
            ended.countDown();
            assertThat(forks)
                    .allSatisfy(fork -> Eventually.await(() -> Surrounded.ask(impatient, Events.get(PATH + "/" + fork))
                            .textAt("state")
                            .equals("running")));
        } finally {
            hasty.close();
        }
    }

    @Test
    void what_the_limit_never_lets_pass_is_told_and_what_it_does_not_let_pass_now_costs_nothing() {
        var strict = new Surrounded().with("elevo.limit.sandbox.create", 3);
        try (var limited = strict.start(SandboxesFunction::new)) {
            var source = Surrounded.ask(limited, Events.post(PATH, "{}")).textAt("id");
            var path = PATH + "/" + source + "/fork";
            strict.clock().advance(Duration.ofMinutes(1));

            var never = Surrounded.ask(limited, Events.post(path, "{\"count\":4}"));
            assertThat(never.outcome()).isEqualTo(9004);
            assertThat(never.text()).contains("\"count\"");

            // Two are left, and the request itself takes one of them.
            var later = Surrounded.ask(limited, Events.post(path, "{\"count\":3}"));
            assertThat(later.outcome()).isEqualTo(9003);
            assertThat(later.value("error.details.retryAfter")).isEqualTo(40);

            strict.clock().advance(Duration.ofSeconds(40));
            assertThat(Surrounded.ask(limited, Events.post(path, "{\"count\":3}"))
                            .status())
                    .isEqualTo(201);
        } finally {
            strict.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String name() {
        return "f" + UUID.randomUUID().toString().substring(0, 8);
    }

    private String created(String body) {
        return ask("POST", "", body).textAt("id");
    }

    private Answer fork(String id, String body) {
        return ask("POST", "/" + id + "/fork", body);
    }

    private Answer get(String id) {
        return ask("GET", "/" + id, "");
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
