package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import dev.elevo.platform.trace.Trace;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/** What every answer carries, what failures become, and what the log tells. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnsweringTest {
    private static final String BASE = "/api/v1/fixture";
    private Fixture fixture;

    @BeforeAll
    void start() {
        fixture = FixtureFunction.start(Map.of("ELEVO_DOC_URL", "https://docs.example/errors"));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private Answer get(String target) {
        return fixture.answer(Events.get(BASE + target));
    }

    @Test
    void a_well_formed_request_id_comes_back() {
        var answer = fixture.answer(Events.get(BASE + "/nothing").header("x-request-id", "My.Id_1-2"));

        assertThat(answer.headers()).containsEntry("X-Request-ID", "My.Id_1-2");
        assertThat(answer.text()).contains("\"requestId\":\"My.Id_1-2\"");
    }

    @Test
    void an_ill_formed_request_id_is_replaced() {
        for (var sent : new String[] {"", "a b", "x".repeat(129), "a\nb", "é"}) {
            var answer = fixture.answer(Events.get(BASE + "/public").header("x-request-id", sent));

            assertThat(answer.header("X-Request-ID")).matches("req-[a-z0-9]{12}");
        }
    }

    @Test
    void a_failure_becomes_the_envelope() {
        var answer = fixture.answer(Events.get(BASE + "/failure/refused").header("x-request-id", "r"));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEqualTo("""
                        {"error":{"code":2001,"name":"SANDBOX_NOT_FOUND","message":"No such sandbox",\
                        "details":{"sandboxId":"sbx-1"},"requestId":"r","docUrl":"https://docs.example/errors/2001"}}""");
    }

    @Test
    void what_nobody_foresaw_tells_the_client_nothing() {
        for (var kind : new String[] {"checked", "error"}) {
            var answer = get("/failure/" + kind);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.code()).isEqualTo(9001);
            assertThat(answer.text()).doesNotContain("10.0.0.3").doesNotContain("deep");
        }
    }

    @Test
    void what_nobody_foresaw_is_logged_once_with_its_cause() {
        var logged = listening("dev.elevo.platform.http.ErrorRoute", () -> get("/failure/checked"));

        assertThat(logged.list).singleElement().satisfies(event -> {
            assertThat(event.getThrowableProxy().getMessage()).contains("10.0.0.3");
            assertThat(event.getMDCPropertyMap()).containsKey("requestId");
        });
    }

    @Test
    void what_is_not_offered_is_nobodys_fault_and_logged_without_a_trace() {
        var logged = listening("dev.elevo.platform.http.ErrorRoute", () -> get("/failure/not-offered"));

        assertThat(logged.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).contains("GET " + BASE + "/failure/not-offered");
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    @Test
    void an_answer_that_cannot_be_encoded_is_an_internal_error_in_the_envelope() {
        var answer = get("/unencodable");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo(9001);
        assertThat(answer.headers()).containsKey("X-Request-ID");
    }

    @Test
    void over_the_limit_says_when_to_come_back() {
        var answer = get("/failure/limited");

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.headers()).containsEntry("Retry-After", "6");
        assertThat(answer.at("error", "details", "retryAfter").getIntValue()).isEqualTo(6);
    }

    @Test
    void unavailable_says_when_to_come_back() {
        var answer = get("/failure/unavailable");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo(9002);
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void absent_values_are_left_out_and_empty_lists_are_sent() {
        assertThat(fixture.answerAdmin(Events.get(BASE + "/things/x")).text())
                .isEqualTo("{\"id\":\"x\",\"name\":\"a thing\",\"size\":3,\"tags\":[]}");
    }

    @Test
    void fields_selects_of_an_object_and_keeps_the_id() {
        assertThat(fixture.answerAdmin(Events.get(BASE + "/things/x?fields=name,nothing"))
                        .text())
                .isEqualTo("{\"id\":\"x\",\"name\":\"a thing\"}");
    }

    @Test
    void fields_selects_of_each_element_of_a_list() {
        assertThat(fixture.answerAdmin(Events.get(BASE + "/things?fields=size&fields=tags"))
                        .text())
                .startsWith(
                        "{\"data\":[{\"id\":\"one\",\"size\":1,\"tags\":[\"x\"]},{\"id\":\"two\",\"size\":2,\"tags\":[]}],"
                                + "\"pagination\":{");
    }

    @Test
    void fields_without_a_name_selects_nothing_away() {
        assertThat(fixture.answerAdmin(Events.get(BASE + "/things/x?fields=")).text())
                .contains("\"size\":3");
    }

    @Test
    void one_json_line_is_logged_per_request_without_credentials() {
        var logged = listening("dev.elevo.access", () -> {
            fixture.answer(Events.get(BASE + "/me?api_key=" + FixtureFunction.BOOTSTRAP_KEY + "&a=b&token=t0ken")
                    .header("x-request-id", "line")
                    .header("x-client-type", "cli")
                    .header("user-agent", "agent \"quoted\""));
        });

        assertThat(logged.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .contains("\"requestId\":\"line\"")
                        .contains("\"method\":\"GET\"")
                        .contains("\"route\":\"/api/v1/fixture/me\"")
                        .contains("\"query\":\"api_key=***&a=b&token=***\"")
                        .contains("\"status\":200")
                        .containsPattern("\"ms\":\\d+\\.\\d\\d,")
                        .contains("\"org\":\"default\",\"user\":\"admin\",\"key\":\"bootstrap\"")
                        .contains("\"clientType\":\"cli\"")
                        .contains("\"remoteAddress\":\"198.51.100.7\"")
                        .doesNotContain(FixtureFunction.BOOTSTRAP_KEY)
                        .doesNotContain("t0ken"));
    }

    @Test
    void the_line_of_a_request_tells_its_trace_which_is_the_callers_where_he_has_one() {
        var trace = "0af7651916cd43dd8448eb211c80319c";
        var logged = listening("dev.elevo.access", () -> {
            fixture.answer(Events.get(BASE + "/address").header("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));
            fixture.answer(Events.get(BASE + "/address").header("traceparent", "00-" + trace + "-0000000000000000-01"));
            fixture.answer(Events.get(BASE + "/address"));
        });

        var lines = logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        assertThat(lines.get(0))
                .contains("\"traceId\":\"" + trace + "\"")
                .containsPattern("\"spanId\":\"[0-9a-f]{16}\"")
                .doesNotContain("b7ad6b7169203331");
        assertThat(lines.get(1)).containsPattern("\"traceId\":\"[0-9a-f]{32}\"").doesNotContain(trace);
        assertThat(lines.get(2)).containsPattern("\"traceId\":\"[0-9a-f]{32}\"").isNotEqualTo(lines.get(1));
        assertThat(logged.list.getFirst().getMDCPropertyMap()).containsEntry("traceId", trace);
        assertThat(Trace.current()).isEmpty();
    }

    @Test
    void a_credential_under_an_escaped_name_is_not_logged_either() {
        assertThat(AccessLog.redacted("api%5Fkey=secret&a=b")).isEqualTo("***");
        assertThat(AccessLog.redacted("a=b%20c&api_key=secret")).isEqualTo("a=b%20c&api_key=***");
        assertThat(AccessLog.redacted("my_api_key=kept")).isEqualTo("my_api_key=kept");
    }

    @Test
    void a_hostile_path_cannot_forge_a_log_line() {
        var logged = listening("dev.elevo.access", () -> get("/x\"}\n{\"status\":200"));

        assertThat(logged.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .doesNotContain("\n")
                        .contains("%22%7D%0A%7B%22status%22:200"));
    }

    @Test
    void the_client_type_is_told_or_guessed() {
        assertThat(clientType("x-client-type", "CLI")).isEqualTo("cli");
        assertThat(clientType("x-client-type", "toaster")).isEqualTo("other");
        assertThat(clientType("user-agent", "Mozilla Electron/30")).isEqualTo("electron");
        assertThat(clientType("user-agent", "Flutter/3")).isEqualTo("flutter");
        assertThat(clientType("user-agent", "curl")).isEqualTo("web");
    }

    private String clientType(String header, String value) {
        return fixture.answer(Events.get(BASE + "/address").header(header, value))
                .at("clientType")
                .getStringValue();
    }

    private static ListAppender<ILoggingEvent> listening(String logger, Runnable work) {
        var appender = new ListAppender<ILoggingEvent>();
        appender.start();
        var target = (Logger) LoggerFactory.getLogger(logger);
        target.addAppender(appender);
        try {
            work.run();
        } finally {
            target.detachAppender(appender);
        }
        return appender;
    }
}
