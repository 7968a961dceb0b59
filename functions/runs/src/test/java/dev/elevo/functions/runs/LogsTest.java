package dev.elevo.functions.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.lambda.TableListener;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.SocketEvent;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.InMemoryOutlet;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs of runs, reported and read as they grow, through the function's handler. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class LogsTest {
    private static final String PATH = "/api/v1/runs";

    @TempDir
    private static Path blobs;

    private Surrounded surrounded;
    private RunsFunction function;
    private InMemoryOutlet outlet;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.blobs.directory", blobs.toString());
        outlet = new InMemoryOutlet();
        function = open("writer");
    }

    private RunsFunction open(String wokenBy) {
        return surrounded.start(shared -> {
            var properties = new HashMap<>(shared.properties());
            properties.put("elevo.events.by", wokenBy);
            var singletons = new ArrayList<>(shared.singletons());
            singletons.add(outlet);
            return new RunsFunction(new Surroundings(properties, singletons));
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

    @Test
    void lines_are_told_in_order_and_then_the_end() {
        var run = run();
        log(run, "one", "two");
        var reader = read(run, Map.of());

        log(run, "thrée", "", "five\n");
        finish(run, "succeeded");

        awaitClosed(reader);
        assertThat(lines(reader)).containsExactly("one\n", "two\n", "thrée\n", "\n", "five\n");
        assertThat(outlet.closed(reader)).contains(CloseCode.ENDED);
        var last = outlet.to(reader).getLast();
        assertThat(last).containsEntry("type", "exit");
        assertThat(exitCode(reader)).isEqualTo(0);
        Eventually.await(
                "its connection is forgotten",
                () -> function.context().getBean(Connections.class).find(reader).isEmpty());
    }

    @Test
    void a_run_that_did_not_succeed_ends_with_one() {
        for (var status : List.of("failed", "cancelled")) {
            var run = run();
            var reader = read(run, Map.of());
            finish(run, status);
            awaitClosed(reader);
            assertThat(exitCode(reader)).isEqualTo(1);
        }
    }

    @Test
    void who_comes_after_the_end_is_told_all_the_same() {
        var run = run();
        log(run, "one");
        finish(run, "failed");

        var reader = read(run, Map.of());

        awaitClosed(reader);
        assertThat(lines(reader)).containsExactly("one\n");
        assertThat(outlet.closed(reader)).contains(CloseCode.ENDED);
    }

    @Test
    void the_tail_is_as_long_as_was_asked_for() {
        var run = run();
        for (int report = 0; report < 5; report++) {
            var first = report * 10;
            log(
                    run,
                    IntStream.range(first, first + 10)
                            .mapToObj(i -> "line " + i)
                            .toArray(String[]::new));
        }
        finish(run, "succeeded");

        for (var tail : List.of(0, 1, 13, 50, 10_000)) {
            var reader = read(run, Map.of("tail", tail.toString()));
            awaitClosed(reader);
            assertThat(lines(reader))
                    .containsExactlyElementsOf(IntStream.range(Math.max(0, 50 - tail), 50)
                            .mapToObj(i -> "line " + i + "\n")
                            .toList());
        }
        assertThat(connect(run, Map.of("tail", "10001")).fields()).containsExactly("tail");
    }

    @Test
    void who_comes_back_with_a_cursor_misses_nothing_and_sees_nothing_twice() {
        var run = run();
        log(run, "one", "two", "three");
        var first = read(run, Map.of());
        Eventually.await(() -> lines(first).size() == 3);
        var cursor = String.valueOf(outlet.to(first).get(1).get("cursor"));
        hangUp(first);
        log(run, "four");

        var second = read(run, Map.of("cursor", cursor));

        Eventually.await(() -> lines(second).size() == 2);
        assertThat(lines(second)).containsExactly("three\n", "four\n");
        assertThat(connect(run, Map.of("cursor", "nonsense")).code()).isEqualTo(ErrorCode.INVALID_REQUEST.number());
        assertThat(connect(run(), Map.of("cursor", cursor)).code()).isEqualTo(ErrorCode.INVALID_REQUEST.number());
    }

    @Test
    void reports_of_many_at_once_are_all_there_and_whole() throws Exception {
        var run = run();
        var reader = read(run, Map.of());
        var calls = IntStream.range(0, 24)
                .<Callable<Void>>mapToObj(i -> () -> {
                    log(run, i + " a", i + " b", i + " c");
                    return null;
                })
                .toList();
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (var done : threads.invokeAll(calls)) {
                done.get();
            }
        }
        finish(run, "succeeded");
        awaitClosed(reader);

        var told = lines(reader);
        assertThat(told).hasSize(72);
        var seen = new HashSet<String>();
        for (int i = 0; i < 72; i += 3) {
            var report = told.get(i).split(" ", -1)[0];
            assertThat(seen.add(report)).isTrue();
            assertThat(told.subList(i, i + 3)).containsExactly(report + " a\n", report + " b\n", report + " c\n");
        }
    }

    @Test
    void large_reports_are_told_whole() {
        var run = run();
        var lines = IntStream.range(0, 150)
                .mapToObj(i -> Character.toString('a' + i % 26).repeat(RunLimits.LOG_LINE_BYTES))
                .toArray(String[]::new);
        log(run, lines);
        finish(run, "succeeded");
        var reader = read(run, Map.of());
        awaitClosed(reader);

        assertThat(lines(reader))
                .containsExactlyElementsOf(
                        Stream.of(lines).map(line -> line + "\n").toList());
    }

    @Test
    void what_is_too_large_is_refused() {
        var run = run();

        var line = ask(Events.post(
                path(run) + "/logs", "{\"lines\": [\"x\", \"" + "é".repeat(RunLimits.LOG_LINE_BYTES / 2 + 1) + "\"]}"));
        assertThat(line.fields()).containsExactly("lines[1]");
        var many = IntStream.range(0, 200)
                .mapToObj(i -> "\"" + "x".repeat(RunLimits.LOG_LINE_BYTES) + "\"")
                .collect(Collectors.joining(","));
        var report = ask(Events.post(path(run) + "/logs", "{\"lines\": [" + many + "]}"));
        assertThat(report.code()).isEqualTo(ErrorCode.FILE_TOO_LARGE.number());
        assertThat(ask(Events.post(path(run) + "/logs", "{\"lines\": []}")).fields())
                .containsExactly("lines");
        assertThat(ask(Events.post(path(run) + "/logs", "{\"lines\": [null]}")).code())
                .isEqualTo(ErrorCode.INVALID_REQUEST.number());
    }

    @Test
    void a_report_that_is_repeated_is_there_once() {
        var run = run();
        var event = Events.post(path(run) + "/logs", "{\"lines\": [\"once\"]}")
                .header("x-idempotency-key", UUID.randomUUID().toString());
        assertThat(ask(event).status()).isEqualTo(200);
        Leftovers.forgetAnswers(surrounded.table());
        assertThat(ask(event).body()).containsEntry("accepted", 1);
        finish(run, "succeeded");

        var reader = read(run, Map.of());
        awaitClosed(reader);
        assertThat(lines(reader)).containsExactly("once\n");
    }

    @Test
    void who_reads_a_run_that_is_deleted_is_sent_away() {
        var run = run();
        log(run, "one");
        var reader = read(run, Map.of());
        Eventually.await(() -> lines(reader).size() == 1);

        assertThat(ask(Events.of("DELETE", path(run))).status()).isEqualTo(204);

        awaitClosed(reader);
        assertThat(outlet.closed(reader)).contains(CloseCode.REMOVED);
    }

    @Test
    void only_who_may_read_the_run_reads_its_log() {
        var run = run();
        var token = Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", "acme")
                .claim("scopes", List.of("run:read")));
        var noScope = Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", Surrounded.ORGANIZATION)
                .claim("scopes", List.of("run:write", "sandbox:read")));

        assertThat(connect(run, Map.of("token", token, "api_key", "")).code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(connect(run, Map.of("token", noScope, "api_key", "")).code())
                .isEqualTo(ErrorCode.INSUFFICIENT_SCOPE.number());
        assertThat(connect(run, Map.of("api_key", "")).status()).isEqualTo(401);
        assertThat(ask(Events.get(path(run) + "/logs/ws")).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
    }

    @Test
    void messages_mean_nothing_but_pings() {
        var run = run();
        var reader = read(run, Map.of());

        say(reader, "{\"type\":\"ping\",\"id\":\"p\"}");
        say(reader, "{\"type\":\"input\",\"data\":\"eA==\"}");

        Eventually.await(() -> outlet.to(reader).size() == 2);
        assertThat(outlet.to(reader).get(0))
                .containsEntry("type", "pong")
                .containsEntry("id", "p")
                .containsKey("cursor");
        assertThat(outlet.to(reader).get(1)).containsEntry("type", "error");
    }

    @Test
    void a_wake_up_that_was_lost_is_made_good_by_the_schedule() {
        try (var frozen = open("stream")) {
            var run = run();
            var reader = read(frozen, run, Map.of());
            assertThat(Surrounded.ask(frozen, Events.post(path(run) + "/logs", "{\"lines\": [\"late\"]}"))
                            .status())
                    .isEqualTo(200);
            assertThat(lines(reader)).isEmpty();

            outlet.active(reader, surrounded.clock().instant());
            frozen.runSchedule("streams");

            assertThat(lines(reader)).containsExactly("late\n");
        }
    }

    @Test
    void in_the_cloud_the_table_tells_of_lines_of_an_end_and_of_a_reader() {
        try (var frozen = open("stream")) {
            var run = run();
            var reader = read(frozen, run, Map.of());
            var listener = frozen.context().getBean(TableListener.class);
            assertThat(Surrounded.ask(frozen, Events.post(path(run) + "/logs", "{\"lines\": [\"one\"]}"))
                            .status())
                    .isEqualTo(200);

            listener.written(List.of(new TableListener.TableKey("RUNLOG#default#" + run, "L#0000000000")));
            assertThat(lines(reader)).containsExactly("one\n");

            assertThat(Surrounded.ask(frozen, Events.of("DELETE", path(run))).status())
                    .isEqualTo(204);
            listener.written(List.of(
                    new TableListener.TableKey("STREAM#events#default", "c"),
                    new TableListener.TableKey("STREAM#runlog#default#" + run, "c")));
            assertThat(outlet.closed(reader)).contains(CloseCode.REMOVED);
        }
    }

    @Test
    void of_a_reader_whose_gateway_is_silent_nobody_knows_what_he_got_so_he_is_sent_away() {
        var run = run();
        var reader = read(run, Map.of());
        outlet.before(id -> {
            throw InMemoryOutlet.silent();
        });

        log(run, "lost");

        awaitClosed(reader);
        assertThat(outlet.closed(reader)).contains(CloseCode.INTERNAL);
        surrounded.clock().advance(Duration.ofSeconds(1));
    }

    private String run() {
        var answer = ask(Events.post(PATH, "{\"name\": \"logged\"}"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.textAt("id");
    }

    private static String path(String run) {
        return PATH + "/" + run;
    }

    private void log(String run, String... lines) {
        var body = Stream.of(lines)
                .map(line -> "\"" + line.replace("\n", "\\n") + "\"")
                .collect(Collectors.joining(",", "{\"lines\": [", "]}"));
        var answer = ask(Events.post(path(run) + "/logs", body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("accepted", lines.length);
    }

    private void finish(String run, String status) {
        assertThat(ask(Events.post(path(run) + "/finish", "{\"status\": \"" + status + "\"}"))
                        .status())
                .isEqualTo(200);
    }

    private String read(String run, Map<String, String> query) {
        return read(function, run, query);
    }

    private String read(RunsFunction by, String run, Map<String, String> query) {
        var id = "c-" + UUID.randomUUID();
        outlet.open(id);
        var answer = connect(by, id, run, query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return id;
    }

    private Answer connect(String run, Map<String, String> query) {
        return connect(function, "c-" + UUID.randomUUID(), run, query);
    }

    private static Answer connect(RunsFunction by, String id, String run, Map<String, String> query) {
        var parameters = new HashMap<String, List<String>>();
        parameters.put("stream", List.of(path(run) + "/logs/ws"));
        parameters.put("api_key", List.of(Surrounded.ADMIN_KEY));
        query.forEach((name, value) -> parameters.put(name, List.of(value)));
        parameters.values().removeIf(values -> values.equals(List.of("")));
        return Answer.of(by.handle(new SocketEvent.Connect(id, "198.51.100.9", Map.of(), parameters)));
    }

    private void say(String reader, String message) {
        function.handle(new SocketEvent.Message(reader, message, false));
    }

    private void hangUp(String reader) {
        outlet.drop(reader);
        function.handle(new SocketEvent.Disconnect(reader, 1000, null));
    }

    private void awaitClosed(String reader) {
        Eventually.await(() -> outlet.closed(reader).isPresent());
    }

    private List<String> lines(String reader) {
        return outlet.to(reader).stream()
                .filter(message -> "data".equals(message.get("type")))
                .map(message -> new String(
                        Base64.getDecoder().decode(String.valueOf(message.get("data"))), StandardCharsets.UTF_8))
                .toList();
    }

    private @Nullable Object exitCode(String reader) {
        return outlet.to(reader).getLast().get("data") instanceof Map<?, ?> data ? data.get("exitCode") : null;
    }

    private Answer ask(Events event) {
        return Surrounded.ask(function, event);
    }
}
