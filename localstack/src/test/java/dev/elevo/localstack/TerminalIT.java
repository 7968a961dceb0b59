package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Terminals and streams of output on the local run: by way of the gateway, and straight to the agent. */
@Timeout(300)
final class TerminalIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static final int MOST_GROWTH_MB = 64;

    private static RunningStack stack;
    private String sandbox;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = SANDBOXES + "/" + stack.post(SANDBOXES, "{}").field("id");
    }

    @AfterEach
    void removeSandbox() {
        stack.delete(sandbox + "?force=true");
    }

    @Test
    void two_viewers_share_a_terminal_and_both_learn_its_end() throws Exception {
        var pty = openPty();
        try (var one = StreamClient.of(stack, pty + "/connect");
                var two = StreamClient.of(stack, "/?stream=" + pty.replace("/", "%2F") + "%2Fconnect")) {
            one.type("echo one-$((1+1))\n");
            one.awaitShown("one-2");
            two.awaitShown("one-2");
            two.say("{\"type\":\"resize\",\"data\":{\"cols\":111,\"rows\":44}}");
            two.type("stty size\n");
            one.awaitShown("44 111");
            one.say("{\"type\":\"ping\",\"id\":\"p\"}");

            one.type("exit 3\n");

            assertThat(one.closeCode()).isEqualTo(1000);
            assertThat(two.closeCode()).isEqualTo(1000);
            assertThat(one.all("pong").getFirst()).containsEntry("id", "p");
            assertThat(one.all("exit")).singleElement().asString().contains("exitCode=3");
            assertThat(two.all("exit")).hasSize(1);
            assertInOrder(one);
            assertInOrder(two);
        }
        assertThat(stack.get(pty).json()).containsEntry("active", false).containsEntry("cols", 111);
        try (var late = StreamClient.of(stack, pty + "/connect?includeHistory=true")) {
            assertThat(late.closeCode()).isEqualTo(1000);
            assertThat(late.shown()).contains("one-2", "44 111");
        }
    }

    @Test
    void who_comes_back_with_a_cursor_misses_nothing_and_sees_nothing_twice() throws Exception {
        var stream = spawn("seq 1 200000; sleep 0.5; seq 200001 300000") + "/stream";
        var read = new StringBuilder();
        var target = stream;
        for (var round = 1; round <= 5; round++) {
            try (var client = StreamClient.of(stack, target)) {
                client.awaitBytes(50_000);
                client.vanish();
                var seen = client.seen();
                read.append(seen.text());
                target = stream + "?cursor=" + seen.cursor();
            }
        }
        try (var client = StreamClient.of(stack, target)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            read.append(client.shown());
            assertThat(client.all("exit")).hasSize(1);
            assertInOrder(client);
        }

        assertThat(read.toString()).isEqualTo(numbers(300_000));
    }

    @Test
    @Tag("slow")
    void an_agent_that_is_killed_amid_output_ends_the_connection_and_the_cursor_goes_on() throws Exception {
        requireAgentOfTheHost();
        var stream = spawn("for i in $(seq 1 400); do seq $((i*100-99)) $((i*100)); sleep 0.02; done") + "/stream";
        var read = new StringBuilder();
        String cursor;
        try (var client = StreamClient.of(stack, stream)) {
            client.awaitBytes(5_000);
            var agent = stack.pidOf("agent");
            ProcessHandle.of(agent).orElseThrow().destroyForcibly();

            assertThat(client.closeCode()).isIn(1001, 1011);
            read.append(client.shown());
            cursor = client.cursor();
        }
        try (var client = reconnect(stream + "?cursor=" + cursor)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            read.append(client.shown());
            assertThat(client.all("data")).noneMatch(message -> message.containsKey("droppedBytes"));
        }

        assertThat(read.toString()).isEqualTo(numbers(40_000));
    }

    /** Until the agent is back. */
    private static StreamClient reconnect(String target) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return StreamClient.of(stack, target);
            } catch (RuntimeException notYet) {
                assertThat(System.nanoTime()).isLessThan(end);
                Eventually.pause();
            }
        }
    }

    @Test
    void who_does_not_read_is_sent_away_and_goes_on_by_the_cursor() throws Exception {
        requireAgentOfTheHost();
        var stream = spawn("seq 1 2500000") + "/stream";
        var read = new StringBuilder();
        String cursor;
        try (var client = new SlowReader(stack, stream)) {
            awaitSentAway();

            assertThat(client.readToEnd()).isEqualTo(1013);
            read.append(client.shown());
            cursor = client.cursor();
        }
        try (var client = StreamClient.of(stack, stream + "?cursor=" + cursor)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            read.append(client.shown());
            assertThat(client.all("data")).noneMatch(message -> message.containsKey("droppedBytes"));
        }

        assertThat(read.toString()).isEqualTo(numbers(2_500_000));
    }

    /** Of the same process ten times as much as is kept: what is lost is told, and the agent holds none of it. */
    @Test
    void what_a_slow_reader_misses_is_counted_and_costs_the_agent_nothing() throws Exception {
        requireAgentOfTheHost();
        var stream = spawn("seq 1 12000000") + "/stream";
        var before = megabytes(stack.pidOf("agent"));
        long read;
        String cursor;
        try (var client = new SlowReader(stack, stream)) {
            awaitSentAway();

            assertThat(client.readToEnd()).isEqualTo(1013);
            read = client.shown().length();
            cursor = client.cursor();
        }
        try (var client = StreamClient.of(stack, stream + "?cursor=" + cursor)) {
            assertThat(client.closeCode()).isEqualTo(1000);
            var dropped = client.all("data").stream()
                    .map(message -> message.getOrDefault("droppedBytes", 0))
                    .mapToLong(count -> ((Number) count).longValue())
                    .sum();
            assertThat(dropped).isPositive();
            assertThat(read + dropped + client.shown().length()).isEqualTo(96_888_897);
        }
        assertThat(megabytes(stack.pidOf("agent")) - before).isLessThan(MOST_GROWTH_MB);
    }

    /** What the process has of memory for itself. */
    private static long megabytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .sum();
        }
    }

    private void awaitSentAway() throws IOException {
        awaitLog("does not read what it asked for of " + sandbox.substring(sandbox.lastIndexOf('/') + 1));
    }

    private static void awaitLog(String words) throws IOException {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(stack.home().resolve("logs/agent.log")).contains(words)) {
            assertThat(System.nanoTime()).as(words).isLessThan(end);
            Eventually.pause();
        }
    }

    @Test
    void bad_manners_end_a_connection() throws Exception {
        var connect = openPty() + "/connect";
        try (var client = StreamClient.of(stack, connect)) {
            for (var i = 0; i < 10; i++) {
                client.say("{\"type\":\"nonsense\"}");
            }
            assertThat(client.closeCode()).isEqualTo(4400);
            assertThat(client.all("error"))
                    .hasSize(10)
                    .allSatisfy(
                            error -> assertThat(error.get("data")).asString().contains("9005"));
        }
        try (var client = StreamClient.of(stack, connect)) {
            client.sayBinary();
            assertThat(client.closeCode()).isEqualTo(1003);
        }
        try (var client = StreamClient.of(stack, connect)) {
            client.say("{\"type\":\"input\",\"data\":\"" + "A".repeat(32_768) + "\"}");
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void only_who_may_execute_in_the_sandbox_connects() {
        var pty = openPty();

        assertRefused(403, () -> StreamClient.of(stack, pty + "/connect", token("default", "sandbox:read")));
        assertRefused(404, () -> StreamClient.of(stack, pty + "/connect", token("acme", "*")));
        assertRefused(404, () -> StreamClient.of(stack, sandbox + "/pty/999999/connect"));
        assertRefused(404, () -> StreamClient.of(stack, sandbox + "/process/999999/stream"));
        assertRefused(400, () -> StreamClient.of(stack, pty + "/connect?cursor=forged"));
        assertThat(stack.post(pty + "/ticket", "", "Authorization", "Bearer " + token("acme", "*"))
                        .code())
                .isEqualTo(2001);
        var isOffered = !FakeCloud.isEverywhere();
        assertThat(stack.post(sandbox + "/pty/999999/ticket", "").code()).isEqualTo(isOffered ? 4100 : 9007);
        assertThat(stack.post(sandbox + "/process/999999/ticket", "").code()).isEqualTo(isOffered ? 4001 : 9007);
    }

    @Test
    void a_ticket_leads_straight_to_the_agent_once() throws Exception {
        requireDoorOfTheAgent();
        var pty = openPty();
        for (var host : List.of("localhost", "127.0.0.1")) {
            var ticket = stack.post(pty + "/ticket?includeHistory=true", "");
            assertThat(ticket.status()).isEqualTo(201);
            var address = URI.create(ticket.field("url"));
            try (var client = StreamClient.at(address, protocols(ticket))) {
                client.type("echo by-" + host + "-$((6*6))\n");
                client.awaitShown("by-" + host + "-36");
            }
            assertRefused(401, () -> StreamClient.at(address, protocols(ticket)));
        }
    }

    @Test
    void others_come_to_the_agent_through_the_gateway() throws Exception {
        requireDoorOfTheAgent();
        var ticket = stack.post(openPty() + "/ticket", "");
        var byGateway = URI.create(stack.ready("url").toString().replace("http:", "ws:")
                + URI.create(ticket.field("url")).getPath());

        try (var client = StreamClient.at(byGateway, protocols(ticket))) {
            client.type("echo relayed-$((7*6))\n");
            client.awaitShown("relayed-42");
            client.type("exit\n");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
        assertRefused(401, () -> StreamClient.at(byGateway, protocols(ticket)));
    }

    private static void requireDoorOfTheAgent() {
        assume(!FakeCloud.isEverywhere(), "an agent in a MicroVM has no door for clients (9007)");
    }

    private static void requireAgentOfTheHost() {
        assume(!FakeCloud.isEverywhere(), "with a MicroVM for each sandbox there is no agent of this host to look at");
    }

    @Test
    void a_sandbox_that_is_paused_or_deleted_takes_its_connections_along() throws Exception {
        var pty = openPty();
        try (var client = StreamClient.of(stack, pty + "/connect")) {
            client.type("echo here-$((2*2))\n");
            client.awaitShown("here-4");
            if (stack.post(sandbox + "/pause", "{}").status() == 200) {
                assertThat(client.closeCode()).isEqualTo(4409);
                assertRefused(409, () -> StreamClient.of(stack, pty + "/connect"));
                stack.post(sandbox + "/resume", "{}");
            }
        }
        try (var client = StreamClient.of(stack, pty + "/connect")) {
            client.type("echo still-$((3*3))\n");
            client.awaitShown("still-9");

            stack.delete(sandbox + "?force=true");

            assertThat(client.closeCode()).isEqualTo(4404);
        }
    }

    @Test
    void the_console_opens_by_its_address_once() throws Exception {
        var console = stack.get(sandbox + "/console");
        var address = URI.create(console.field("url"));

        try (var client = StreamClient.at(address, List.of())) {
            client.type("shopt -q login_shell && echo login-$((4*4))\n");
            client.awaitShown("login-16");
            try (var other = StreamClient.of(stack, sandbox + "/console/ws?includeHistory=true")) {
                other.awaitShown("login-16");
            }
        }
        assertRefused(401, () -> StreamClient.at(address, List.of()));
    }

    @Test
    void a_console_without_its_shell_does_not_answer() {
        var without = SANDBOXES + "/"
                + stack.post(SANDBOXES, "{\"shell\":\"/home/user/no-such-shell\"}")
                        .field("id");

        assertRefused(502, () -> StreamClient.of(stack, without + "/console/ws"));

        stack.delete(without + "?force=true");
    }

    @Test
    void a_terminal_of_which_nothing_can_be_read_any_more_does_not_answer() throws Exception {
        requireAgentOfTheHost();
        var pty = openPty();
        stack.post(pty + "/write", "{\"data\":\"exit\\n\"}");
        while (stack.get(pty).field("active").equals("true")) {
            Eventually.pause();
        }
        damageEnds();

        assertThat(stack.post(pty + "/ticket", "{}").code()).isEqualTo(4103);
        assertRefused(502, () -> StreamClient.of(stack, pty + "/connect"));
    }

    /** As a broken disk would. */
    private void damageEnds() throws IOException {
        var id = stack.get(sandbox).field("id");
        try (var files = Files.walk(stack.home().resolve("agent/sandboxes"))) {
            var ends = files.filter(file -> file.toString().contains(id)
                            && file.getFileName().toString().startsWith("ended-"))
                    .toList();
            assertThat(ends).isNotEmpty();
            for (var end : ends) {
                Files.write(end, new byte[(int) Files.size(end)]);
            }
        }
    }

    private String openPty() {
        var answer = stack.post(sandbox + "/pty", "{\"shell\":\"/bin/bash\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return sandbox + "/pty/" + answer.field("pid");
    }

    private String spawn(String command) {
        var answer = stack.post(
                sandbox + "/process/run", "{\"command\":\"" + command + "\",\"waitMs\":0,\"timeoutMs\":600000}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return sandbox + "/process/" + answer.field("pid");
    }

    private static void assertInOrder(StreamClient client) {
        var data = client.all("data");
        for (var i = 0; i < data.size(); i++) {
            assertThat(data.get(i).get("seq")).isEqualTo(i + 1);
        }
    }

    private static List<String> protocols(RunningStack.Answer ticket) {
        var protocols = new ArrayList<String>();
        if (ticket.json().get("protocols") instanceof List<?> listed) {
            listed.forEach(protocol -> protocols.add(protocol.toString()));
        }
        return protocols;
    }

    private static void assertRefused(int status, ThrowingCallable connecting) {
        assertThatThrownBy(connecting)
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    private static String numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    private static String token(String organization, String scope) {
        try {
            var claims = new JWTClaimsSet.Builder()
                    .subject("user-1")
                    .claim("org", organization)
                    .claim("scopes", List.of(scope))
                    .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                    .build();
            var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            token.sign(new MACSigner(RunningStack.JWT_SECRET));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
