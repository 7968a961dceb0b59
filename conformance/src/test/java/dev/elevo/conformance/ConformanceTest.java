package dev.elevo.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.conformance.dsl.Case;
import dev.elevo.conformance.dsl.Lab;
import dev.elevo.conformance.dsl.NotOffered;
import dev.elevo.conformance.dsl.Target;
import dev.elevo.conformance.report.HtmlTable;
import dev.elevo.conformance.report.JUnitXml;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a service of two answers, which a test may spoil. */
class ConformanceTest {
    private static final String DESCRIPTION = """
        openapi: 3.0.3
        paths:
          /api/v1/config:
            get:
              security: []
              responses:
                '200':
                  headers: {X-Request-ID: {}}
                  content:
                    application/json:
                      schema: {type: object, required: [version], properties: {version: {type: string}}}
                '404': {x-error-codes: [9008], content: {application/json: {schema: {type: object}}}}
                '500': {x-error-codes: [9001], content: {application/json: {schema: {type: object}}}}
        """;
    private static final String REFUSED = """
        {"error": {"code": 1005, "name": "INSUFFICIENT_SCOPE", "message": "no", "requestId": "r"}}
        """;

    private static final String MAY_BE_MISSING = DESCRIPTION
            + "        '501': {x-error-codes: [9007], content: {application/json: {schema: {type: object}}}}\n";

    private HttpServer server;
    private String description = DESCRIPTION;
    private String config = "{\"version\": \"1\"}";
    private int status = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            var isDescription = path.equals("/openapi.yaml");
            var isConfig = path.equals("/api/v1/config");
            var text = (isDescription ? description : isConfig ? config : REFUSED).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", isDescription ? "application/yaml" : "application/json");
            exchange.getResponseHeaders().set("X-Request-ID", "r");
            exchange.sendResponseHeaders(isDescription ? 200 : isConfig ? status : 403, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private List<Result> tried(Case... cases) throws InterruptedException {
        try (var lab = lab()) {
            return new Runner(lab, 2).run(List.of(cases));
        }
    }

    private Lab lab() {
        return new Lab(new Target("http://127.0.0.1:" + server.getAddress().getPort(), "key", ""));
    }

    private static Case asked() {
        return new Case(
                "service", "GET /config", "answers", w -> w.api().get("/config").is(200));
    }

    @Test
    void an_answer_as_it_is_described_passes() throws InterruptedException {
        assertThat(tried(asked())).extracting(Result::verdict).containsExactly(Verdict.PASSED);
    }

    @Test
    void an_answer_of_another_shape_fails_although_its_case_asked_for_nothing_of_it() throws InterruptedException {
        config = "{\"versions\": \"1\"}";

        var result = tried(asked()).getFirst();

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.why()).contains("version");
        assertThat(result.exchange()).startsWith("GET /api/v1/config");
    }

    @Test
    void a_status_that_is_not_described_fails() throws InterruptedException {
        status = 202;
        var accepted =
                new Case("service", "GET /config", "answers", w -> w.api().get("/config"));

        assertThat(tried(accepted).getFirst().why()).contains("202");
    }

    @Test
    void an_error_under_another_status_or_name_fails() throws InterruptedException {
        status = 404;
        config = "{\"error\": {\"code\": 9008, \"name\": \"GONE\", \"message\": \"m\", \"requestId\": \"r\"}}";
        var refused = new Case(
                "service", "GET /config", "refuses", w -> w.api().get("/config").fails(9008));

        assertThat(tried(refused).getFirst().why()).contains("RESOURCE_NOT_FOUND");
    }

    @Test
    void what_is_not_offered_is_neither_passed_nor_failed() throws InterruptedException {
        var result = tried(new Case("service", "GET /config", "is there", w -> {
                    throw new NotOffered("there is none");
                }))
                .getFirst();

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_OFFERED);
        assertThat(result.why()).isEqualTo("there is none");
    }

    private void answerNotOffered(String requestId) {
        status = 501;
        config = "{\"error\": {\"code\": 9007, \"name\": \"NOT_IMPLEMENTED\", \"message\": \"no such thing\","
                + " \"requestId\": \"" + requestId + "\"}}";
    }

    @Test
    void an_endpoint_may_not_be_offered_where_that_is_described() throws InterruptedException {
        description = MAY_BE_MISSING;
        answerNotOffered("r");

        var result = tried(asked()).getFirst();

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_OFFERED);
        assertThat(result.why()).isEqualTo("no such thing");
    }

    @Test
    void an_endpoint_that_is_not_described_so_fails_when_it_is_not_offered() throws InterruptedException {
        answerNotOffered("r");

        var result = tried(asked()).getFirst();

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.why()).contains("9007", "no such thing");
    }

    @Test
    void what_is_not_offered_is_held_to_the_manners_of_all_answers() throws InterruptedException {
        description = MAY_BE_MISSING;
        answerNotOffered("another");

        var result = tried(asked()).getFirst();

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.why()).contains("requestId");
    }

    @Test
    void whatever_a_case_throws_is_its_own_failure() throws InterruptedException {
        var broken = new Case("service", "GET /config", "breaks", w -> {
            throw new IllegalStateException("broken");
        });

        assertThat(tried(broken, asked())).extracting(Result::verdict).containsExactly(Verdict.FAILED, Verdict.PASSED);
    }

    @Test
    void what_is_described_and_was_not_seen_is_a_gap() throws InterruptedException {
        try (var lab = lab()) {
            assertThat(new Coverage(lab.description(), List.of()).ofEndpoints())
                    .containsExactly("GET /config: no success", "GET /config: 9008");
            assertThat(new Coverage(lab.description(), new Runner(lab, 2).run(List.of(asked()))).ofEndpoints())
                    .containsExactly("GET /config: 9008");
        }
    }

    @Test
    void a_code_that_no_endpoint_is_described_with_is_a_gap_until_a_case_has_seen_it() throws InterruptedException {
        var elsewhere = new Case(
                "service",
                "ANY /elsewhere",
                "refuses",
                w -> w.api().atRoot().get("/elsewhere").fails(1005));
        try (var lab = lab()) {
            var untried = new Coverage(lab.description(), List.of());
            assertThat(untried.ofCodes())
                    .contains("no endpoint: 1005", "no endpoint: 2009")
                    .as("described, and reserved")
                    .doesNotContain("no endpoint: 9008", "no endpoint: 4101");
            assertThat(untried.gaps()).containsAll(untried.ofCodes());

            assertThat(new Coverage(lab.description(), new Runner(lab, 2).run(List.of(elsewhere))).ofCodes())
                    .contains("no endpoint: 2009")
                    .doesNotContain("no endpoint: 1005");
        }
    }

    @Test
    void an_excuse_for_what_was_seen_or_is_not_described_is_a_gap() throws InterruptedException {
        status = 500;
        config =
                "{\"error\": {\"code\": 9001, \"name\": \"INTERNAL_ERROR\", \"message\": \"m\", \"requestId\": \"r\"}}";
        var seen = new Case(
                "service", "GET /config", "fails", w -> w.api().get("/config").fails(9001));
        try (var lab = lab()) {
            assertThat(new Coverage(lab.description(), List.of()).ofExcuses())
                    .anyMatch(gap -> gap.contains("[7106]"))
                    .noneMatch(gap -> gap.contains("[9001]"));
            assertThat(new Coverage(lab.description(), new Runner(lab, 2).run(List.of(seen))).ofExcuses())
                    .anyMatch(gap -> gap.contains("[9001]"));
        }
    }

    /** Whoever makes it longer has to say here that he means to. */
    @Test
    void the_excuses_do_not_become_more() {
        assertThat(Unprovoked.EXCUSES).hasSizeLessThanOrEqualTo(22);
    }

    @Test
    void nobody_asks_for_the_codes_of_what_is_not_offered() throws InterruptedException {
        var missing = new Case("previews", "ANY /preview/{id}/{port}/*", "answers", w -> {
            throw new NotOffered("there are none");
        });
        try (var lab = lab()) {
            assertThat(new Coverage(lab.description(), new Runner(lab, 2).run(List.of(missing))).ofCodes())
                    .isEmpty();
        }
    }

    @Test
    void the_reports_hold_whatever_was_answered() throws InterruptedException {
        config = "{\"versions\": \"<&\\u0001\"}";
        var results = tried(asked());

        assertThat(JUnitXml.of(results, List.of("a gap")))
                .contains("failures=\"1\"", "GET /config: answers", "a gap")
                .doesNotContain("<&");
        assertThat(HtmlTable.of("http://here", results, List.of("a gap"), Duration.ofSeconds(2)))
                .contains("<code>GET /config</code>", "1 failed", "a gap", "&lt;&amp;")
                .doesNotContain("http://cdn", "<script");
    }

    @Test
    void an_area_that_there_is_not_is_named() {
        var target = new Target("http://127.0.0.1:" + server.getAddress().getPort(), "key", "");

        assertThat(catchThrowable(() -> Conformance.run(target, Set.of("nonsense"), 1)))
                .hasMessageContaining("nonsense")
                .hasMessageContaining("git");
    }
}
