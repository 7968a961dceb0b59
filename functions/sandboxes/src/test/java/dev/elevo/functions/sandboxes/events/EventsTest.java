package dev.elevo.functions.sandboxes.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.functions.sandboxes.SandboxesFunction;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.InMemoryOutlet;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code WS /events} through the function's handler, with the JSON that API Gateway sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class EventsTest {
    private static final String PATH = "/api/v1/sandboxes";
    private static final JsonMapper JSON = JsonMapper.createDefault();

    private Surrounded surrounded;
    private SandboxesFunction function;
    private InMemoryOutlet outlet;

    @BeforeAll
    void start() {
        surrounded =
                new Surrounded().with("elevo.max.sandboxes", 500).with("elevo.cors-origins", "https://ours.example");
        outlet = new InMemoryOutlet();
        function = open("writer");
    }

    private SandboxesFunction open(String wokenBy) {
        return surrounded.start(shared -> {
            var properties = new HashMap<>(shared.properties());
            properties.put("elevo.events.by", wokenBy);
            var singletons = new ArrayList<>(shared.singletons());
            singletons.add(outlet);
            return new SandboxesFunction(new Surroundings(properties, singletons));
        });
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void let_everybody_go() {
        outlet.before(id -> {});
    }

    // --- who may connect

    @Test
    void nobody_connects_without_a_credential_and_is_told_as_anywhere() {
        var answer = invoke(connect("c-none", Map.of(), Map.of()));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo(1001);
        assertThat(answer.header("x-request-id")).startsWith("req-");
        assertThat(connections().find("c-none")).isEmpty();
    }

    @Test
    void a_credential_may_come_in_every_way_a_browser_has() {
        var token = strangersToken("sandbox:read");

        assertThat(invoke(connect("w-1", Map.of("token", token), Map.of())).status())
                .isEqualTo(200);
        assertThat(invoke(connect("w-2", Map.of("api_key", Surrounded.ADMIN_KEY), Map.of()))
                        .status())
                .isEqualTo(200);
        var offered = invoke(connect("w-3", Map.of(), Map.of("Sec-WebSocket-Protocol", "bearer, " + token)));
        assertThat(offered.status()).isEqualTo(200);
        assertThat(offered.header("Sec-WebSocket-Protocol")).isEqualTo("bearer");
        // The subprotocol comes before the query, and a bad credential is not rescued by a later one.
        assertThat(invoke(connect("w-4", Map.of("token", token), Map.of("Sec-WebSocket-Protocol", "bearer, no-key")))
                        .code())
                .isEqualTo(1004);
    }

    @Test
    void a_token_in_the_query_opens_nothing_but_handshakes() {
        var token = strangersToken("sandbox:read");

        assertThat(Answer.of(function.handle(
                                Events.get(PATH + "?token=" + token).event()))
                        .code())
                .isEqualTo(1001);
    }

    @Test
    void the_scope_is_needed() {
        var token = strangersToken("sandbox:write");

        assertThat(invoke(connect("c-scope", Map.of("token", token), Map.of())).code())
                .isEqualTo(1005);
    }

    @Test
    void a_page_of_a_foreign_origin_may_not_connect() {
        var headers = Map.of("X-API-Key", Surrounded.ADMIN_KEY, "Origin", "https://theirs.example");

        assertThat(invoke(connect("c-origin", Map.of(), headers)).code()).isEqualTo(1002);
        assertThat(invoke(connect(
                                "c-origin",
                                Map.of(),
                                Map.of("X-API-Key", Surrounded.ADMIN_KEY, "Origin", "https://ours.example")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void an_organization_has_so_many_connections_and_no_more() {
        var many = IntStream.range(0, EventsStream.MOST_OF_AN_ORGANIZATION)
                .mapToObj(i -> Connection.opened(
                        new Handshake("crowd-" + i),
                        StatusFeed.topic("crowd"),
                        "crowd",
                        "",
                        null,
                        0,
                        surrounded.clock().instant()))
                .toList();
        many.parallelStream().forEach(connections()::add);
        var token = Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", "crowd")
                .claim("scopes", List.of("sandbox:read")));

        var refused = invoke(connect("crowd-last", Map.of("token", token), Map.of()));
        connections().remove(many.getFirst());
        var taken = invoke(connect("crowd-last", Map.of("token", token), Map.of()));

        assertThat(refused.code()).isEqualTo(9006);
        assertThat(taken.status()).as(taken.text()).isEqualTo(200);
        many.parallelStream().forEach(connections()::remove);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/sandboxes", "/api/v1/events/", "/", "", "/api/v1/-"})
    void only_streams_can_be_connected_to(String stream) {
        var answer = invoke(connect("c-path", Map.of("stream", stream, "api_key", Surrounded.ADMIN_KEY), Map.of()));

        assertThat(answer.code()).isEqualTo(9008);
    }

    @Test
    void a_plain_request_finds_nothing_there() {
        assertThat(Surrounded.ask(function, Events.get("/api/v1/events")).code())
                .isEqualTo(9008);
    }

    @Test
    void handshakes_are_counted_as_reads() {
        assertThat(listen("c-limit").header("x-ratelimit-limit")).isEqualTo("100000");
    }

    @Test
    void a_broken_filter_is_refused_before_the_upgrade() {
        assertThat(invoke(connect("c-bad", Map.of("api_key", Surrounded.ADMIN_KEY, "labels", "no-pair"), Map.of()))
                        .code())
                .isEqualTo(9004);
    }

    // --- what is told

    @Test
    void a_life_is_told_once_and_in_order() {
        listen("life");
        var id = create("{\"name\":\"" + name() + "\"}");
        remove(id);

        awaitEvents("life", 3);
        assertThat(told("life"))
                .containsExactly(
                        "creating from null: created", "running from creating: created", "deleted from running: api");
        assertThat(outlet.to("life")).allSatisfy(message -> {
            assertThat(message)
                    .containsEntry("type", "event")
                    .containsEntry("id", "default")
                    .containsKeys("cursor", "timestamp");
            assertThat(data(message)).containsEntry("event", "sandbox_status").containsEntry("sandboxId", id);
        });
        hangUp("life");
    }

    @Test
    void every_end_has_its_reason() {
        listen("ends");
        var expired = create("{\"timeoutMs\":1000,\"autoDeleteMinutes\":5}");
        surrounded.clock().advance(Duration.ofSeconds(1));
        function.runSchedule("sweep");
        surrounded.clock().advance(Duration.ofMinutes(5));
        function.runSchedule("sweep");
        var lost = create("{\"autoStopMinutes\":0}");
        surrounded.clock().advance(Duration.ofMinutes(1));
        surrounded.agent().lose(lost);
        function.runSchedule("sweep");
        var idle = create("{\"timeoutMs\":0,\"autoStopMinutes\":10,\"ephemeral\":true}");
        surrounded.clock().advance(Duration.ofMinutes(10));
        function.runSchedule("sweep");

        await(() -> told("ends").contains("deleted from running: idle"));
        assertThat(told("ends", expired))
                .containsExactly(
                        "creating from null: created",
                        "running from creating: created",
                        "stopped from running: timeout",
                        "deleted from stopped: auto_delete");
        assertThat(told("ends", lost)).last().isEqualTo("failed from running: crash");
        assertThat(told("ends", idle)).last().isEqualTo("deleted from running: idle");
        hangUp("ends");
        remove(lost);
    }

    @Test
    void filters_of_the_address_are_kept_to() {
        var wanted = name();
        listen("by-name", "sandboxId", wanted);
        listen("by-label", "labels", "team=" + wanted + ",tier=1");
        listen("all");
        remove(create("{\"name\":\"" + wanted + "\"}"));
        remove(create("{\"labels\":{\"team\":\"" + wanted + "\",\"tier\":\"1\",\"more\":\"x\"}}"));
        remove(create("{\"labels\":{\"team\":\"" + wanted + "\"}}"));

        awaitEvents("all", 9);
        await(() -> outlet.to("by-name").size() == 3 && outlet.to("by-label").size() == 3);
        assertThat(outlet.to("by-name"))
                .allSatisfy(message -> assertThat(data(message)).containsEntry("name", wanted));
        Stream.of("by-name", "by-label", "all").forEach(this::hangUp);
    }

    @Test
    void subscriptions_add_up_and_can_be_given_back() {
        var first = name();
        var second = name();
        listen("subs", "sandboxId", "nobody-is-called-so");
        say("subs", "{\"type\":\"subscribe\",\"id\":\"one\",\"data\":{\"sandboxId\":\"" + first + "\"}}");
        say("subs", "{\"type\":\"subscribe\",\"id\":\"two\",\"data\":{\"labels\":{\"k\":\"" + second + "\"}}}");
        assertThat(outlet.to("subs"))
                .hasSize(2)
                .allSatisfy(ack -> assertThat(data(ack)).containsEntry("event", "subscribed"));

        remove(create("{\"name\":\"" + first + "\",\"labels\":{\"k\":\"" + second + "\"}}"));
        await(() -> outlet.to("subs").size() == 5);
        // Both match, and still each change is told once.
        assertThat(outlet.to("subs").subList(2, 5))
                .allSatisfy(message -> assertThat(message).containsEntry("id", "one"));

        say("subs", "{\"type\":\"unsubscribe\",\"id\":\"one\"}");
        assertThat(data(outlet.to("subs").get(5)))
                .containsEntry("event", "unsubscribed")
                .containsEntry("reason", "requested");
        remove(create("{\"labels\":{\"k\":\"" + second + "\"}}"));
        await(() -> outlet.to("subs").size() == 9);
        assertThat(outlet.to("subs").subList(6, 9))
                .allSatisfy(message -> assertThat(message).containsEntry("id", "two"));
        hangUp("subs");
    }

    @Test
    void eleven_subscriptions_are_one_too_many_and_an_unknown_one_cannot_be_given_back() {
        listen("many");
        for (int i = 0; i < 11; i++) {
            say("many", "{\"type\":\"subscribe\",\"id\":\"s" + i + "\"}");
        }
        say("many", "{\"type\":\"subscribe\",\"id\":\"s0\",\"data\":{\"sandboxId\":7}}");
        say("many", "{\"type\":\"unsubscribe\",\"id\":\"never\"}");

        assertThat(outlet.to("many").subList(10, 13))
                .extracting(message -> message.get("type") + " " + message.get("id") + " "
                        + data(message).get("code"))
                .containsExactly("error s10 9006", "error s0 9004", "error never 9004");
        hangUp("many");
    }

    @Test
    void what_happens_in_another_organization_never_arrives() {
        var token = strangersToken("sandbox:read");
        outlet.open("stranger");
        invoke(connect("stranger", Map.of("token", token), Map.of()));
        listen("insider");

        remove(create("{}"));

        awaitEvents("insider", 3);
        say("stranger", "{\"type\":\"ping\"}");
        assertThat(outlet.to("stranger"))
                .extracting(message -> message.get("type"))
                .containsExactly("pong");
        hangUp("insider");
        hangUp("stranger");
    }

    // --- coming back

    @Test
    void who_comes_back_with_a_cursor_misses_nothing_and_sees_nothing_twice() throws Exception {
        var creations = IntStream.range(0, 50)
                .<Callable<String>>mapToObj(i -> () -> create("{}"))
                .toList();
        var seen = new ArrayList<String>();
        var cursors = new ArrayList<String>();
        listen("r-0");
        try (var threads = Executors.newFixedThreadPool(8)) {
            var created = creations.stream().map(threads::submit).toList();
            int round = 0;
            while (seen.size() < 100) {
                var name = "r-" + round++;
                var enough = Math.min(100 - seen.size(), 7);
                await(() -> outlet.to(name).size() >= enough);
                outlet.drop(name); // in the middle of it, and not told to anybody
                for (var message : outlet.to(name)) {
                    seen.add(
                            data(message).get("sandboxId") + " " + data(message).get("state"));
                    cursors.add(String.valueOf(message.get("cursor")));
                }
                listen("r-" + round, "cursor", cursors.getLast());
            }
            for (var one : created) {
                one.get();
            }
        }

        var ids = Surrounded.ask(function, Events.get(PATH + "?limit=100&fields=id"))
                .data("id");
        assertThat(seen).doesNotHaveDuplicates().hasSize(100);
        assertThat(cursors).doesNotHaveDuplicates();
        for (var id : ids) {
            assertThat(seen.stream().filter(change -> change.startsWith(id + " ")))
                    .containsExactly(id + " creating", id + " running");
        }
        ids.forEach(id -> remove(id.toString()));
    }

    @Test
    void without_a_cursor_nothing_is_told_again() {
        remove(create("{}"));
        listen("fresh");
        var id = create("{}");

        awaitEvents("fresh", 2);
        assertThat(told("fresh", id)).hasSize(2);
        assertThat(outlet.to("fresh")).hasSize(2);
        hangUp("fresh");
        remove(id);
    }

    @Test
    void a_pong_says_where_one_is_even_when_nothing_happens() {
        listen("pinger");
        say("pinger", "{\"type\":\"ping\",\"id\":\"p1\"}");
        var pong = outlet.to("pinger").getFirst();
        assertThat(pong).containsEntry("type", "pong").containsEntry("id", "p1");
        hangUp("pinger");
        var id = create("{}");

        listen("pinger-2", "cursor", String.valueOf(pong.get("cursor")));

        awaitEvents("pinger-2", 2);
        assertThat(told("pinger-2", id)).hasSize(2);
        hangUp("pinger-2");
        remove(id);
    }

    @Test
    void a_cursor_that_leads_nowhere_is_told_and_it_goes_on_from_now() {
        listen("old");
        say("old", "{\"type\":\"ping\"}");
        var cursor = String.valueOf(outlet.to("old").getFirst().get("cursor"));
        hangUp("old");
        var foreign = strangersToken("sandbox:read");

        listen("forged", "cursor", "bm90LW91cnM");
        outlet.open("foreign");
        invoke(connect("foreign", Map.of("token", foreign, "cursor", cursor), Map.of()));
        surrounded.clock().advance(Duration.ofHours(4));
        listen("stale", "cursor", cursor);

        await(() -> Stream.of("forged", "foreign", "stale")
                .noneMatch(id -> outlet.to(id).isEmpty()));
        assertThat(List.of("forged", "foreign", "stale"))
                .extracting(id -> data(outlet.to(id).getFirst()).get("code"))
                .containsExactly(9005, 9005, 9004);
        var box = create("{}");
        awaitEvents("stale", 3);
        assertThat(told("stale", box)).hasSize(2);
        Stream.of("forged", "foreign", "stale").forEach(this::hangUp);
        remove(box);
    }

    // --- who dies, and who comes twice

    @Test
    void a_message_of_which_nobody_knows_ends_the_connection_and_the_cursor_heals_it() {
        var failed = new AtomicBoolean();
        listen("doubt");
        outlet.before(id -> {
            if (id.equals("doubt") && outlet.to("doubt").size() == 1 && failed.compareAndSet(false, true)) {
                throw InMemoryOutlet.silent();
            }
        });
        var box = create("{}");

        await(() -> outlet.closed("doubt").isPresent());
        assertThat(outlet.closed("doubt")).contains(CloseCode.INTERNAL);
        assertThat(outlet.to("doubt")).hasSize(1);
        listen("healed", "cursor", String.valueOf(outlet.to("doubt").getFirst().get("cursor")));
        awaitEvents("healed", 1);
        assertThat(told("healed", box)).containsExactly("running from creating: created");
        hangUp("healed");
        remove(box);
    }

    @Test
    void a_writer_that_died_over_a_connection_leaves_it_to_be_ended_not_to_be_told_twice() {
        listen("orphan");
        var dead = connections().find("orphan").orElseThrow();
        connections().claim(dead);
        var box = create("{}");
        surrounded.clock().advance(Duration.ofMinutes(1));

        say("orphan", "{\"type\":\"ping\"}");

        await(() -> outlet.closed("orphan").isPresent());
        assertThat(outlet.closed("orphan")).contains(CloseCode.INTERNAL);
        await(() -> connections().find("orphan").isEmpty());
        remove(box);
    }

    @Test
    void the_tables_stream_may_tell_everybody_twice_and_nobody_hears_it_twice() throws Exception {
        try (var deployed = open("stream")) {
            outlet.open("cloud");
            invoke(deployed, connect("cloud", Map.of("api_key", Surrounded.ADMIN_KEY), Map.of()));
            var box = Answer.of(deployed.handle(Events.post(PATH, "{}")
                            .header("x-api-key", Surrounded.ADMIN_KEY)
                            .event()))
                    .textAt("id");
            assertThat(outlet.to("cloud")).isEmpty();

            try (var threads = Executors.newFixedThreadPool(4)) {
                var batches = IntStream.range(0, 8)
                        .<Callable<String>>mapToObj(i -> () ->
                                handle(deployed, records("OUTBOX#default", "STREAM#events#default", "ORG#x#COUNT")))
                        .toList();
                for (var batch : threads.invokeAll(batches)) {
                    batch.get();
                }
            }

            awaitEvents("cloud", 2);
            assertThat(told("cloud", box))
                    .containsExactly("creating from null: created", "running from creating: created");
            hangUp("cloud");
            remove(box);
        }
    }

    @Test
    void a_connection_is_told_only_when_the_gateway_has_it() {
        var box = create("{}");
        listen("early-0");
        remove(box);
        awaitEvents("early-0", 1);
        hangUp("early-0");
        var again = create("{}");
        // The function has taken it in; the gateway does not know it yet.
        invoke(connect(
                "early-1",
                Map.of(
                        "api_key",
                        Surrounded.ADMIN_KEY,
                        "cursor",
                        String.valueOf(outlet.to("early-0").getFirst().get("cursor"))),
                Map.of()));
        outlet.open("early-1");

        awaitEvents("early-1", 2);
        assertThat(told("early-1", again)).hasSize(2);
        hangUp("early-1");
        remove(again);
    }

    // --- bad manners

    @Test
    void the_tenth_bad_message_ends_the_connection() {
        listen("rude");
        var bad = List.of(
                "",
                "nothing",
                "[]",
                "{}",
                "{\"type\":7}",
                "{\"type\":\"input\"}",
                "{\"type\":\"nonsense\",\"id\":\"x\"}",
                "{\"type\":\"ping\",\"id\":\"" + "i".repeat(65) + "\"}",
                "null");
        bad.forEach(message -> say("rude", message));
        assertThat(outlet.closed("rude")).isEmpty();
        say("rude", "{\"type\":\"ping\"}");
        say("rude", "the tenth");

        assertThat(outlet.to("rude").stream().filter(message -> "error".equals(message.get("type"))))
                .hasSize(10)
                .allSatisfy(error -> assertThat(data(error)).containsEntry("code", 9005));
        assertThat(outlet.closed("rude")).contains(CloseCode.TEN_BAD_MESSAGES);
        assertThat(connections().find("rude")).isEmpty();
    }

    @Test
    void a_message_of_more_than_32_kib_ends_the_connection() {
        listen("large");
        say("large", "{\"type\":\"ping\",\"data\":\"" + "x".repeat(32_000) + "\"}");
        assertThat(outlet.closed("large")).isEmpty();
        say("large", "{\"type\":\"ping\",\"data\":\"" + "\u00fc".repeat(16_384) + "\"}");

        assertThat(outlet.closed("large")).contains(CloseCode.TOO_BIG);
    }

    @Test
    void the_silent_and_the_old_are_let_go_and_those_are_not_whose_pings_only_the_gateway_saw() {
        listen("silent");
        listen("quiet");
        surrounded.clock().advance(Duration.ofSeconds(91));
        outlet.active("silent", surrounded.clock().instant().minusSeconds(91));
        outlet.active("quiet", surrounded.clock().instant());
        function.runSchedule("streams");
        assertThat(outlet.closed("silent")).contains(CloseCode.NO_HEARTBEAT);
        assertThat(outlet.closed("quiet")).isEmpty();

        surrounded.clock().advance(Duration.ofHours(2));
        function.runSchedule("streams");
        assertThat(outlet.closed("quiet")).contains(CloseCode.GOING_AWAY);
        assertThat(connections().find("quiet")).isEmpty();
    }

    @Test
    void a_change_that_loses_its_race_is_not_told() {
        listen("race");
        var id = create("{}");
        awaitEvents("race", 2);
        var store = function.context().getBean(SandboxStore.class);
        var seen = store.find(Surrounded.ORGANIZATION, id).orElseThrow();
        var end = new Ending(EndReason.REQUESTED, "key-1");
        store.replace(seen, seen.stopped(end, surrounded.clock().instant()));
        store.replace(seen, seen.stopped(end, surrounded.clock().instant()));
        remove(id);

        awaitEvents("race", 4);
        assertThat(told("race", id).subList(2, 4))
                .containsExactly("stopped from running: api", "deleted from stopped: api");
        assertThat(outlet.to("race")).hasSize(4);
        hangUp("race");
    }

    // --- the client's side

    private Answer listen(String id, String... query) {
        outlet.open(id);
        var parameters = new HashMap<String, String>();
        parameters.put("api_key", Surrounded.ADMIN_KEY);
        for (int i = 0; i < query.length; i += 2) {
            parameters.put(query[i], query[i + 1]);
        }
        var answer = invoke(connect(id, parameters, Map.of()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private void say(String id, String message) {
        var event = new LinkedHashMap<String, Object>();
        event.put("requestContext", Map.of("routeKey", "$default", "eventType", "MESSAGE", "connectionId", id));
        event.put("body", message);
        event.put("isBase64Encoded", false);
        invoke(write(event));
    }

    private void hangUp(String id) {
        outlet.drop(id);
        invoke(write(Map.of(
                "requestContext",
                Map.of(
                        "routeKey",
                        "$disconnect",
                        "eventType",
                        "DISCONNECT",
                        "connectionId",
                        id,
                        "disconnectStatusCode",
                        1000))));
        assertThat(connections().find(id)).isEmpty();
    }

    private String strangersToken(String scope) {
        return Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", "acme")
                .claim("scopes", List.of(scope)));
    }

    private static String connect(String id, Map<String, String> query, Map<String, String> headers) {
        var parameters = new HashMap<String, List<String>>();
        parameters.put("stream", List.of("/api/v1/events"));
        query.forEach((name, value) -> parameters.put(name, List.of(value)));
        var event = new LinkedHashMap<String, Object>();
        event.put("headers", headers);
        event.put("multiValueQueryStringParameters", parameters);
        event.put(
                "requestContext",
                Map.of(
                        "routeKey", "$connect",
                        "eventType", "CONNECT",
                        "connectionId", id,
                        "stage", "live",
                        "identity", Map.of("sourceIp", "198.51.100.9")));
        event.put("isBase64Encoded", false);
        return write(event);
    }

    private static String records(String... partitions) {
        return write(Map.of(
                "Records",
                Stream.of(partitions)
                        .map(partition -> Map.of(
                                "eventName", "INSERT",
                                "eventSource", "aws:dynamodb",
                                "dynamodb",
                                        Map.of("Keys", Map.of("PK", Map.of("S", partition), "SK", Map.of("S", "x")))))
                        .toList()));
    }

    private Answer invoke(String event) {
        return invoke(function, event);
    }

    private static Answer invoke(SandboxesFunction function, String event) {
        return Answer.ofPayload(handle(function, event).getBytes(StandardCharsets.UTF_8));
    }

    private static String handle(SandboxesFunction function, String event) {
        var output = new ByteArrayOutputStream();
        try {
            function.handleRequest(
                    new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, new MockLambdaContext());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    private static String write(Map<String, Object> event) {
        try {
            return JSON.writeValueAsString(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> told(String connection) {
        return told(connection, "");
    }

    private List<String> told(String connection, String sandbox) {
        return outlet.to(connection).stream()
                .filter(message -> "event".equals(message.get("type")))
                .map(EventsTest::data)
                .filter(data -> String.valueOf(data.get("sandboxId")).contains(sandbox))
                .map(data -> data.get("state") + " from " + data.get("previousState") + ": " + data.get("reason"))
                .toList();
    }

    private static Map<String, Object> data(Map<String, Object> message) {
        var fields = new HashMap<String, Object>();
        if (message.get("data") instanceof Map<?, ?> data) {
            data.forEach((name, value) -> fields.put(name.toString(), value));
        }
        return fields;
    }

    private void awaitEvents(String connection, int count) {
        await(() -> outlet.to(connection).size() >= count);
    }

    private static void await(BooleanSupplier condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Eventually.pause();
        }
    }

    private String create(String body) {
        var answer = Surrounded.ask(function, Events.post(PATH, body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.textAt("id");
    }

    private void remove(String id) {
        assertThat(Surrounded.ask(function, Events.of("DELETE", PATH + "/" + id + "?force=true"))
                        .status())
                .isEqualTo(204);
    }

    private Connections connections() {
        return function.context().getBean(Connections.class);
    }

    private static String name() {
        return "box-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
