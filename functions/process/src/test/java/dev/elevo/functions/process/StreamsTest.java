package dev.elevo.functions.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.InMemoryStreams;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.streams.ConnectionToken;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import io.micronaut.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of terminals, processes and the console through the function's handler, with the JSON that API Gateway sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamsTest {
    private static final JsonMapper JSON = JsonMapper.createDefault();
    private static final String SECRET = "the-secret-of-the-gateway";

    private Surrounded surrounded;
    private ProcessFunction function;
    private InMemoryOutlet outlet;
    private InMemoryStreams streams;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded()
                .with("elevo.connections.url", "http://gateway.example")
                .with("elevo.connections.secret", SECRET)
                .with("elevo.cors-origins", "https://ours.example");
        outlet = new InMemoryOutlet();
        streams = surrounded.streams();
        function = surrounded.start(shared -> {
            var singletons = new ArrayList<>(shared.singletons());
            singletons.add(outlet);
            return new ProcessFunction(new Surroundings(shared.properties(), singletons));
        });
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = surrounded.sandbox(function);
    }

    @AfterEach
    void heal() {
        streams.fail(null);
    }

    @Test
    void a_connection_is_handed_to_the_agent_with_a_right_to_that_connection_and_no_other() {
        assertThat(connect("c-1", "/pty/7/connect", Map.of("includeHistory", "true", "cursor", "abc"))
                        .status())
                .isEqualTo(200);

        var attached = Objects.requireNonNull(streams.find("c-1"));
        assertThat(attached.sandboxId()).isEqualTo(sandbox.id());
        assertThat(attached.stream().target())
                .isEqualTo(new StreamTarget(
                        StreamTarget.PTY, Map.of("pid", "7", "includeHistory", "true", "cursor", "abc")));
        var grant = attached.stream().grant();
        assertThat(grant.url()).isEqualTo("http://gateway.example/@connections/c-1");
        assertThat(grant.authorization())
                .isEqualTo("Bearer " + ConnectionToken.of(SECRET, "c-1"))
                .isNotEqualTo("Bearer " + ConnectionToken.of(SECRET, "c-2"))
                .doesNotContain(SECRET);
        assertThat(connections().find("c-1")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"/pty/7/connect, pty, false", "/process/8/stream, process, true", "/console/ws, console, false"})
    void each_stream_has_its_own_idea_of_history(String path, String kind, String history) {
        connect("h-" + kind, path, Map.of());

        var target = Objects.requireNonNull(streams.find("h-" + kind)).stream().target();
        assertThat(target.kind()).isEqualTo(kind);
        assertThat(target.parameters()).containsEntry("includeHistory", history);
    }

    @Test
    void what_the_client_says_is_carried_on_as_it_came() {
        connect("say", "/pty/7/connect", Map.of());
        var words = List.of("{\"type\":\"input\",\"data\":\"bHM=\"}", "nonsense", "{\"type\":\"ping\"}");

        words.forEach(word -> say("say", word));

        assertThat(Objects.requireNonNull(streams.find("say")).said()).isEqualTo(words);
        assertThat(outlet.closed("say")).isEmpty();
    }

    @Test
    void a_right_to_write_that_ends_is_followed_by_another_when_the_client_says_something() {
        connect("ending", "/pty/7/connect", Map.of());
        say("ending", "{\"type\":\"ping\"}");
        assertThat(streams.renewed()).doesNotContain("ending");
        streams.endGrant("ending");

        say("ending", "{\"type\":\"ping\"}");
        say("ending", "{\"type\":\"ping\"}");

        assertThat(streams.renewed()).containsOnlyOnce("ending");
        assertThat(Objects.requireNonNull(streams.find("ending")).said()).hasSize(3);
        assertThat(outlet.closed("ending")).isEmpty();
    }

    @Test
    void and_in_time_also_when_it_says_nothing() {
        connect("silent", "/pty/7/connect", Map.of());
        streams.endGrant("silent");
        surrounded.clock().advance(Duration.ofSeconds(40));
        var used = lastActivity();

        function.runSchedule("streams");

        assertThat(streams.renewed()).containsOnlyOnce("silent");
        assertThat(outlet.closed("silent")).isEmpty();
        assertThat(lastActivity()).as("nobody has used the sandbox by that").isEqualTo(used);
    }

    private @Nullable Instant lastActivity() {
        return store().find(Surrounded.ORGANIZATION, sandbox.id())
                .orElseThrow()
                .times()
                .lastActivityAt();
    }

    @Test
    void who_types_uses_the_sandbox() {
        connect("use", "/pty/7/connect", Map.of());
        surrounded.clock().advance(Duration.ofSeconds(20));

        say("use", "{\"type\":\"ping\"}");

        assertThat(store().find(Surrounded.ORGANIZATION, sandbox.id())
                        .orElseThrow()
                        .times()
                        .lastActivityAt())
                .isEqualTo(surrounded.clock().stored());
    }

    @Test
    void a_message_that_is_too_long_ends_the_connection_and_reaches_nobody() {
        connect("long", "/pty/7/connect", Map.of());

        say("long", "x".repeat(32 * 1024 + 1));

        assertThat(outlet.closed("long")).contains(CloseCode.TOO_BIG);
        assertThat(streams.find("long")).isNull();
        assertThat(connections().find("long")).isEmpty();
    }

    @Test
    void who_hangs_up_is_let_go() {
        connect("bye", "/pty/7/connect", Map.of());

        invoke(event("DISCONNECT", "bye", Map.of()));

        assertThat(streams.detached()).contains("bye");
        assertThat(connections().find("bye")).isEmpty();
    }

    @Test
    void an_agent_that_was_started_anew_leaves_nobody_in_silence() {
        connect("lost-1", "/pty/7/connect", Map.of());
        connect("lost-2", "/pty/7/connect", Map.of());
        streams.forgetAll();

        say("lost-1", "{\"type\":\"ping\"}");
        surrounded.clock().advance(Duration.ofSeconds(40));
        function.runSchedule("streams");

        assertThat(outlet.closed("lost-1")).contains(CloseCode.GOING_AWAY);
        assertThat(outlet.closed("lost-2")).contains(CloseCode.GOING_AWAY);
        assertThat(connections().find("lost-2")).isEmpty();
    }

    @Test
    void a_machine_that_is_gone_leaves_nobody_in_silence() {
        connect("gone", "/pty/7/connect", Map.of());
        streams.fail(new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "no such machine"));

        function.runSchedule("streams");

        assertThat(outlet.closed("gone")).contains(CloseCode.REMOVED);
        assertThat(connections().find("gone")).isEmpty();
    }

    @Test
    void an_agent_that_does_not_answer_ends_the_connection_with_word_of_it() {
        connect("mute", "/pty/7/connect", Map.of());
        streams.fail(new Failure.Unavailable("no answer", Duration.ofSeconds(1)));

        say("mute", "{\"type\":\"ping\"}");

        assertThat(outlet.closed("mute")).contains(CloseCode.INTERNAL);
    }

    @Test
    void a_sandbox_that_was_stopped_meanwhile_ends_the_connection() {
        connect("stopped", "/pty/7/connect", Map.of());
        store().replace(
                        sandbox,
                        sandbox.stopped(
                                Ending.bySystem(EndReason.REQUESTED),
                                surrounded.clock().instant()));
        surrounded.clock().advance(Duration.ofSeconds(20));

        say("stopped", "{\"type\":\"ping\"}");

        assertThat(outlet.closed("stopped")).contains(CloseCode.NOT_RUNNING);
    }

    @ParameterizedTest
    @CsvSource({"4100, 404", "4001, 404", "2003, 409", "4103, 502", "9006, 503"})
    void what_the_agent_refuses_is_a_plain_answer_and_no_connection(int code, int status) {
        streams.fail(new Failure.Refused(Objects.requireNonNull(ErrorCode.ofNumber(code)), "no"));

        var answer = connect("no-" + code, "/pty/7/connect", Map.of());

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(connections().find("no-" + code)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/pty/0/connect, 9004",
        "/pty/x/connect, 9005",
        "/pty/7/connect/, 9008",
        "/process/7, 9008",
        "/files/watch, 9008"
    })
    void what_is_no_stream_cannot_be_connected_to(String path, int code) {
        assertThat(connect("bad", path, Map.of()).code()).isEqualTo(code);
    }

    @Test
    void a_plain_request_finds_no_stream() {
        for (var path : List.of("/pty/7/connect", "/process/7/stream", "/console/ws")) {
            assertThat(Surrounded.ask(function, Events.get(base() + path)).code())
                    .isEqualTo(9008);
        }
    }

    @Test
    void scope_and_organization_are_asked_for_at_the_handshake() {
        var reader = token(Surrounded.ORGANIZATION, "sandbox:read");
        var stranger = token("another", "*");

        assertThat(connect("r", "/pty/7/connect", Map.of("token", reader)).code())
                .isEqualTo(1005);
        assertThat(connect("s", "/pty/7/connect", Map.of("token", stranger)).code())
                .isEqualTo(2001);
        assertThat(ticket("/pty/7/ticket", reader).code()).isEqualTo(1005);
        assertThat(ticket("/pty/7/ticket", stranger).code()).isEqualTo(2001);
    }

    @Test
    void a_ticket_names_the_agents_own_door() {
        var answer = Surrounded.ask(
                function, Events.post(base() + "/pty/7/ticket", "").header("host", "box.example:9000"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.value("url")).isEqualTo("ws://box.example:9000/agent/v1/direct");
        assertThat(answer.value("protocols.0")).isEqualTo("bearer");
        var asked = Objects.requireNonNull(streams.ticket(answer.textAt("protocols.1")));
        assertThat(asked.target().parameters()).containsEntry("pid", "7");
        assertThat(asked.origins()).containsExactly("https://ours.example");
        assertThat(answer.textAt("expiresAt")).endsWith("Z");
        assertThat(answer.header("x-ratelimit-limit")).isEqualTo("100000");
    }

    @Test
    void the_console_has_an_address_that_opens_it_once() {
        var answer = Surrounded.ask(function, Events.get(base() + "/console").header("host", "localhost:8080"));
        var token = answer.textAt("token");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsOnlyKeys("url", "token", "expiresAt");
        assertThat(answer.value("url")).isEqualTo("ws://localhost:8080" + base() + "/console/ws?token=" + token);
        assertThat(connectWith("k-1", "/console/ws", Map.of("token", token)).status())
                .isEqualTo(200);
        assertThat(connectWith("k-2", "/console/ws", Map.of("token", token)).code())
                .isEqualTo(1004);
    }

    @Test
    void a_token_of_the_console_opens_nothing_else_and_not_for_ever() {
        var elsewhere = console();
        assertThat(connectWith("e-1", "/pty/7/connect", Map.of("token", elsewhere))
                        .code())
                .isEqualTo(1004);
        assertThat(connectWith("e-2", "/console/ws", Map.of("token", elsewhere)).code())
                .isEqualTo(1004);
        assertThat(Answer.of(function.handle(Events.get(base() + "/pty")
                                .header("x-api-key", console())
                                .event()))
                        .code())
                .isEqualTo(1004);

        var late = console();
        surrounded.clock().advance(Duration.ofMinutes(5));
        assertThat(connectWith("e-3", "/console/ws", Map.of("token", late)).code())
                .isEqualTo(1003);
    }

    private String console() {
        return Surrounded.ask(function, Events.get(base() + "/console")).textAt("token");
    }

    private Answer ticket(String path, String token) {
        return Answer.of(
                function.handle(Events.post(base() + path, "").bearer(token).event()));
    }

    private String token(String organization, String scope) {
        return Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", organization)
                .claim("scopes", List.of(scope)));
    }

    private Answer connect(String id, String path, Map<String, String> query) {
        var parameters = new HashMap<>(query);
        if (!query.containsKey("token")) {
            parameters.put("api_key", Surrounded.ADMIN_KEY);
        }
        return connectWith(id, path, parameters);
    }

    private Answer connectWith(String id, String path, Map<String, String> query) {
        var parameters = new HashMap<String, List<String>>();
        parameters.put("stream", List.of(base() + path));
        query.forEach((name, value) -> parameters.put(name, List.of(value)));
        return invoke(event("CONNECT", id, Map.of("multiValueQueryStringParameters", parameters, "headers", Map.of())));
    }

    private void say(String id, String message) {
        invoke(event("MESSAGE", id, Map.of("body", message, "isBase64Encoded", false)));
    }

    private static Map<String, Object> event(String type, String id, Map<String, Object> more) {
        var event = new LinkedHashMap<String, Object>(more);
        event.put(
                "requestContext",
                Map.of("eventType", type, "connectionId", id, "identity", Map.of("sourceIp", "198.51.100.9")));
        return event;
    }

    private Answer invoke(Map<String, Object> event) {
        var output = new ByteArrayOutputStream();
        try {
            var input = new ByteArrayInputStream(JSON.writeValueAsString(event).getBytes(StandardCharsets.UTF_8));
            function.handleRequest(input, output, new MockLambdaContext());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Answer.ofPayload(output.toByteArray());
    }

    private String base() {
        return "/api/v1/sandboxes/" + sandbox.id();
    }

    private Connections connections() {
        return function.context().getBean(Connections.class);
    }

    private SandboxStore store() {
        return function.context().getBean(SandboxStore.class);
    }
}
