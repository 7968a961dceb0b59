package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** WebSockets about what is inside MicroVMs: their agents write to the gateway as sessions of a role that may do nothing else. */
@Tag("fake-cloud")
@Timeout(300)
final class MicrovmStreamsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String PING = "{\"type\":\"ping\",\"id\":\"p\"}";

    @TempDir
    private static Path directory;

    private static FakeCloud cloud;
    private static RunningStack stack;
    private static Boxes boxes;

    private String id;
    private String sandbox;

    @BeforeAll
    static void start() throws IOException {
        cloud = new FakeCloud(directory);
        stack = cloud.stack(
                directory.resolve("home"),
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE", "1000",
                        "ELEVO_STREAMS_MS", "1000",
                        "ELEVO_MICROVM_EGRESS_BLOCKED", "nowhere"));
        boxes = new Boxes(stack);
    }

    @AfterAll
    static void stop() throws IOException {
        cloud.close();
        stack.close();
    }

    @BeforeEach
    void makeSandbox() {
        id = boxes.made("{}");
        sandbox = SANDBOXES + "/" + id;
    }

    @AfterEach
    void deleteAll() {
        cloud.sts().shorten(Duration.ofHours(1));
        cloud.sts().refuse(false);
        boxes.deleteAll();
        Eventually.await("no MicroVM is left", () -> cloud.microvms().alive().isEmpty());
    }

    @Test
    void a_terminal_answers_ends_and_outlives_who_looks_at_it() throws Exception {
        var terminal = openTerminal();
        try (var gone = StreamClient.of(stack, terminal + "/connect")) {
            gone.type("echo one-$((1+1))\n");
            gone.awaitShown("one-2");
            gone.vanish();
        }
        try (var client = StreamClient.of(stack, terminal + "/connect?includeHistory=true")) {
            client.awaitShown("one-2");
            client.say("{\"type\":\"resize\",\"data\":{\"cols\":111,\"rows\":44}}");
            client.type("stty size\n");
            client.awaitShown("44 111");
            client.say(PING);
            client.type("exit 3\n");

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.all("pong")).singleElement().asString().contains("id=p");
            assertThat(client.all("exit")).singleElement().asString().contains("exitCode=3");
        }
    }

    @Test
    void output_of_a_process_goes_on_by_the_cursor() throws Exception {
        var stream = spawn("seq 1 20000; sleep 1; seq 20001 40000");
        var read = new StringBuilder();
        String cursor;
        try (var client = StreamClient.of(stack, stream)) {
            client.awaitBytes(50_000);
            client.vanish();
            var seen = client.seen();
            read.append(seen.text());
            cursor = seen.cursor();
        }
        try (var client = StreamClient.of(stack, stream + "?cursor=" + cursor)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            read.append(client.shown());
        }

        assertThat(read.toString()).isEqualTo(numbers(40_000));
    }

    @Test
    void changes_of_files_are_told() throws Exception {
        boxes.run(id, "mkdir w");
        try (var client = StreamClient.of(stack, sandbox + "/files/watch?path=/home/user/w")) {
            client.awaitEvent("subscribed", "/home/user/w");

            boxes.run(id, "touch w/new && rm w/new");

            client.awaitEvent("created", "/home/user/w/new");
            client.awaitEvent("deleted", "/home/user/w/new");
        }
    }

    @Test
    void a_key_that_ends_in_mid_stream_is_followed_by_another_and_nothing_is_lost() throws Exception {
        var stream = spawn("for i in $(seq 1 100); do seq $((i*100-99)) $((i*100)); sleep 0.05; done");
        try (var client = StreamClient.of(stack, stream)) {
            client.awaitBytes(1_000);
            var before = cloud.sts().begun();
            cloud.sts().revoke();
            Eventually.await("a message was refused", () -> cloud.refusedWrites() > 0);

            client.say(PING);

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.shown()).isEqualTo(numbers(10_000));
            assertThat(client.all("pong")).hasSize(1);
            assertThat(cloud.sts().begun()).isGreaterThan(before);
        }
    }

    @Test
    void keys_that_soon_end_are_followed_by_others_though_the_client_says_nothing() throws Exception {
        cloud.sts().shorten(Duration.ofSeconds(40));
        var stream = spawn("for i in $(seq 1 50); do echo $i; sleep 1; done");
        var before = cloud.sts().begun();
        try (var client = StreamClient.of(stack, stream)) {
            // Past the end of the first one.
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.shown()).isEqualTo(numbers(50));
        }

        assertThat(cloud.sts().begun()).isGreaterThan(before + 1);
    }

    @Test
    void who_is_brought_no_other_key_tells_its_client_to_come_back_while_it_can() throws Exception {
        cloud.sts().shorten(Duration.ofSeconds(35));
        var stream = spawn("echo first; sleep 20; echo last");
        String cursor;
        try (var client = StreamClient.of(stack, stream)) {
            client.awaitShown("first");
            cloud.sts().refuse(true);
            assertThat(client.closeCode()).isEqualTo(1001);
            cursor = client.cursor();
        }
        cloud.sts().shorten(Duration.ofHours(1));
        cloud.sts().refuse(false);
        try (var client = StreamClient.of(stack, stream + "?cursor=" + cursor)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.shown()).isEqualTo("last\n");
        }
    }

    @Test
    void a_pause_tells_who_is_connected_and_afterwards_he_comes_back() throws Exception {
        var terminal = openTerminal();
        try (var client = StreamClient.of(stack, terminal + "/connect")) {
            client.type("echo here-$((2*2))\n");
            client.awaitShown("here-4");
            assertThat(boxes.act(id, "pause").status()).isEqualTo(200);
            assertThat(client.closeCode()).isEqualTo(4409);
        }
        assertThat(boxes.act(id, "resume").status()).isEqualTo(200);
        try (var client = StreamClient.of(stack, terminal + "/connect")) {
            client.type("echo back-$((2*3))\n");
            client.awaitShown("back-6");
        }
    }

    @Test
    void without_network_there_is_no_way_to_the_gateway() {
        var alone = boxes.made("{\"network\": {\"allowInternet\": false}}");

        assertThatThrownBy(() -> StreamClient.of(stack, SANDBOXES + "/" + alone + "/files/watch?path=/home/user"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(501));
    }

    private String openTerminal() {
        var answer = stack.post(sandbox + "/pty", "{\"shell\":\"/bin/bash\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return sandbox + "/pty/" + answer.field("pid");
    }

    private String spawn(String command) {
        var answer = stack.post(
                sandbox + "/process/run", "{\"command\":\"" + command + "\",\"waitMs\":0,\"timeoutMs\":600000}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return sandbox + "/process/" + answer.field("pid") + "/stream";
    }

    private static String numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }
}
