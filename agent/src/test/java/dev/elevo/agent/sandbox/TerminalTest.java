package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.agent.process.Ptys;
import dev.elevo.agent.stream.Streams;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.PtyAgent;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.agent.TicketRequest;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.testing.Eventually;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.URI;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jline.builtins.ScreenTerminal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Terminals of real sandboxes, as somebody sees them who comes to the agent's own door. */
@Timeout(180)
final class TerminalTest {
    @TempDir
    private static Path home;

    private static RealAgent agent;
    private String id;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home, "none");
        agent.requireWalls();
        agent.context().getBean(EmbeddedServer.class).start();
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @BeforeEach
    void makeSandbox() {
        id = agent.create();
    }

    @AfterEach
    void removeSandbox() {
        agent.sandboxes().delete(id);
    }

    /** It hears no SIGTERM. What works in it does, and has its time. */
    @Test
    void a_shell_at_its_prompt_does_not_hold_up_the_end_of_its_sandbox() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        try (var client = connect(pty, Map.of())) {
            client.type(
                    "(trap 'sleep 0.3; echo kept > ~/note; exit' TERM; echo works-$((6*7)); while :; do sleep 0.1; done) &\n");
            client.awaitShown("works-42");
            var begun = System.nanoTime();

            agent.sandboxes().stop(id, new StopSandbox(30_000, EndReason.REQUESTED));

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
        }
        agent.sandboxes().start(id, Deadline.NEVER);
        assertThat(agent.run(id, "cat ~/note").stdout()).isEqualTo("kept\n");
    }

    /** Two minutes: the silence is a real one. */
    @Test
    @Tag("slow")
    void who_says_nothing_for_ninety_seconds_is_sent_away_and_who_pings_is_not() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        try (var silent = connect(pty, Map.of());
                var alive = connect(pty, Map.of())) {
            var begun = System.nanoTime();
            while (!silent.isClosedWithin(Duration.ofSeconds(20))) {
                alive.say("{\"type\":\"ping\",\"id\":\"here\"}");
            }

            assertThat(silent.closeCode()).isEqualTo(4408);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(85), Duration.ofSeconds(110));
            alive.type("echo works-$((6*7))\n");
            alive.awaitShown("works-42");
        }
    }

    @Test
    void it_is_a_terminal_with_job_control_and_a_size_that_changes() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        try (var client = connect(pty, Map.of())) {
            client.type("tty; stty size; echo $TERM-$((6*7))\n");
            client.awaitShown("/dev/pts/");
            client.awaitShown("24 80");
            client.awaitShown("xterm-256color-42");

            client.type("trap 'echo winch-$((1+1))' WINCH; echo set-$((3+4))\n");
            client.awaitShown("set-7");
            client.say("{\"type\":\"resize\",\"data\":{\"cols\":132,\"rows\":50}}");
            client.type("stty size\n");
            client.awaitShown("winch-2");
            client.awaitShown("50 132");
            assertThat(ptys().get(id, pty.pid()))
                    .extracting(PtyInfo::cols, PtyInfo::rows)
                    .containsExactly(132, 50);

            client.type("sh -c 'echo sleeps-$((5*7)); exec sleep 600'\n");
            client.awaitShown("sleeps-35");
            client.type("\u001a"); // ctrl-Z
            client.awaitShown("Stopped");
            client.type("jobs; kill %1; wait; echo gone-$((3*3))\n");
            client.awaitShown("gone-9");
            // Not "exit": a shell that has not buried the job yet would refuse.
            client.type("exec sh -c 'exit 7'\n");

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.all("exit").getFirst().get("data")).asString().contains("exitCode=7");
            client.assertInOrder();
        }
        assertThat(ptys().get(id, pty.pid()).active()).isFalse();
        assertThat(ptys().get(id, pty.pid()).exitCode()).isEqualTo(7);
        assertThat(codeOf(() -> ptys().resize(id, pty.pid(), 80, 24))).isEqualTo(ErrorCode.PTY_RESIZE_FAILED);
        assertThat(codeOf(() -> ptys().write(id, pty.pid(), new byte[1], null))).isEqualTo(ErrorCode.PTY_WRITE_FAILED);
        try (var late = connect(pty, Map.of(StreamTarget.HISTORY, "true"))) {
            assertThat(late.closeCode()).isEqualTo(1000);
            assertThat(late.shown()).contains("gone-9");
            assertThat(late.all("exit")).hasSize(1);
        }
    }

    @Test
    void vim_can_be_worked_with() throws Exception {
        var found =
                agent.run(id, "command -v vim || command -v vim.tiny").stdout().strip();
        if (found.isEmpty()) {
            System.err.println("skipped: no vim on this machine (Debian: vim-tiny)");
        }
        assumeTrue(!found.isEmpty(), "no vim on this machine");
        var pty = open(new CreatePty(80, 24, null, null, null, null, null, null, null));
        try (var client = connect(pty, Map.of())) {
            client.type(found + " -u NONE -n /tmp/poem.txt\n");
            await(client, screen -> screen.contains("~"));
            client.type("iRoses are red,\rviolets are \u00fcbersch\u00e4tzt.\u001b");
            await(
                    client,
                    screen -> line(screen, 0).startsWith("Roses are red,")
                            && line(screen, 1).startsWith("violets are \u00fcbersch\u00e4tzt."));
            client.type("ggdd:wq\r");
            Eventually.await(
                    "the file is written",
                    () -> agent.run(id, "cat /tmp/poem.txt").stdout().equals("violets are \u00fcbersch\u00e4tzt.\n"));
            client.type("exit\n");
            assertThat(client.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void top_paints_its_screen() throws Exception {
        var found = agent.run(id, "command -v top").stdout().strip();
        if (found.isEmpty()) {
            System.err.println("skipped: no top on this machine");
        }
        assumeTrue(!found.isEmpty(), "no top on this machine");
        var pty = open(CreatePty.DEFAULT);
        try (var client = connect(pty, Map.of())) {
            client.type("top -d 1; echo back-$((2*2))\n");
            await(client, screen -> screen.contains("PID") && screen.contains("COMMAND"));
            client.type("q");
            client.awaitShown("back-4");
        }
    }

    private interface Look {
        boolean at(String screen);
    }

    /** What an emulator of a terminal makes of all that was sent. */
    private static void await(TerminalClient client, Look look) throws Exception {
        Eventually.await("the screen", () -> look.at(screen(client)));
    }

    private static String screen(TerminalClient client) throws InterruptedException, TimeoutException {
        var emulator = new ScreenTerminal(80, 24);
        emulator.write(client.shown());
        var cells = new long[80 * 24];
        var cursor = new int[2];
        emulator.dump(cells, 0, 0, 24, 80, cursor);
        var screen = new StringBuilder();
        for (var i = 0; i < cells.length; i++) {
            screen.appendCodePoint(Math.max(' ', (int) (cells[i] & 0xffffffffL)));
            if (i % 80 == 79) {
                screen.append('\n');
            }
        }
        return screen.toString();
    }

    private static String line(String screen, int number) {
        return screen.lines().skip(number).findFirst().orElse("");
    }

    @Test
    void two_share_a_terminal_and_it_outlives_them_and_the_agent() throws Exception {
        var pty = open(
                new CreatePty(100, 30, "/tmp", Map.of("NAME", "me"), null, "/bin/bash", List.of("--norc"), "vt100", 0));
        String cursor;
        try (var one = connect(pty, Map.of());
                var two = connect(pty, Map.of())) {
            one.type("echo $NAME-$TERM-$PWD\n");
            one.awaitShown("me-vt100-/tmp");
            two.awaitShown("me-vt100-/tmp");
            two.type("echo from-$((5+5)) two\n");
            one.awaitShown("from-10 two");
            ptys().resize(id, pty.pid(), 120, 40);
            cursor = String.valueOf(one.all("data").getLast().get("cursor"));
            ptys().write(id, pty.pid(), "sleep 0.2; echo later-$((4*4))\n".getBytes(StandardCharsets.UTF_8), null);
        }

        agent.restart();
        agent.context().getBean(EmbeddedServer.class).start();

        assertThat(ptys().list(id)).singleElement().satisfies(found -> {
            assertThat(found.pid()).isEqualTo(pty.pid());
            assertThat(found.cols()).isEqualTo(120);
            assertThat(found.rows()).isEqualTo(40);
            assertThat(found.cwd()).isEqualTo("/tmp");
            assertThat(found.active()).isTrue();
        });
        try (var back = connect(pty, Map.of(StreamTarget.CURSOR, cursor))) {
            back.awaitShown("later-16");
            assertThat(back.shown()).doesNotContain("me-vt100").doesNotContain("from-10");
        }
        try (var all = connect(pty, Map.of(StreamTarget.HISTORY, "true"))) {
            all.awaitShown("me-vt100-/tmp");
            all.awaitShown("later-16");
        }
    }

    @Test
    void a_terminal_that_is_deleted_hangs_up_and_one_that_ignores_it_is_killed() throws Exception {
        var polite = open(CreatePty.DEFAULT);
        var rude = open(CreatePty.DEFAULT);
        try (var client = connect(rude, Map.of())) {
            client.type("trap '' HUP; echo ready-$((7*7))\n");
            client.awaitShown("ready-49");

            ptys().hangUp(id, polite.pid(), "once");
            ptys().hangUp(id, polite.pid(), "once");
            ptys().hangUp(id, rude.pid(), null);

            assertThat(client.closeCode()).isEqualTo(1000);
            assertThat(client.all("exit").getFirst().get("data")).asString().contains("SIGKILL");
        }
        Eventually.await(
                "the other is gone", () -> !ptys().get(id, polite.pid()).active());
        assertThat(codeOf(() -> ptys().hangUp(id, rude.pid(), null))).isEqualTo(ErrorCode.PTY_NOT_FOUND);
    }

    @Test
    void one_on_which_nothing_happens_ends_after_its_time() throws Exception {
        var pty = open(new CreatePty(null, null, null, null, null, null, null, null, 1000));

        Eventually.await("it ends", () -> !ptys().get(id, pty.pid()).active());
    }

    @Test
    void there_are_ten_and_no_more() {
        for (var i = 0; i < PtyAgent.MOST; i++) {
            open(CreatePty.DEFAULT);
        }

        assertThat(codeOf(() -> open(CreatePty.DEFAULT))).isEqualTo(ErrorCode.PTY_LIMIT_EXCEEDED);
        assertThat(codeOf(() -> open(new CreatePty(null, null, "/no/where", null, null, null, null, null, null))))
                .isEqualTo(ErrorCode.PTY_LIMIT_EXCEEDED);
    }

    @Test
    void what_cannot_be_opened_says_why() {
        assertThat(codeOf(() -> open(new CreatePty(null, null, "/no/where", null, null, null, null, null, null))))
                .isEqualTo(ErrorCode.FILE_NOT_FOUND);
        assertThat(codeOf(() -> open(new CreatePty(null, null, "/etc/passwd", null, null, null, null, null, null))))
                .isEqualTo(ErrorCode.NOT_A_DIRECTORY);
        assertThat(codeOf(() -> open(new CreatePty(null, null, null, null, null, "/no/shell", null, null, null))))
                .isEqualTo(ErrorCode.COMMAND_FAILED);
        assertThat(codeOf(() -> open(new CreatePty(null, null, null, null, "nobody-such", null, null, null, null))))
                .isEqualTo(ErrorCode.COMMAND_FAILED);
        assertThat(codeOf(() -> ptys().get(id, 4_000_000))).isEqualTo(ErrorCode.PTY_NOT_FOUND);
        assertThat(codeOf(() -> ticket(new StreamTarget(StreamTarget.PTY, Map.of("pid", "4000000")))))
                .isEqualTo(ErrorCode.PTY_NOT_FOUND);
        assertThat(codeOf(() -> ticket(new StreamTarget("nonsense", Map.of())))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void history_is_the_last_mebibyte_from_the_beginning_of_a_line_on() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        try (var client = connect(pty, Map.of())) {
            client.type("stty -echo; seq -f '%012.0f \u00e4\u00f6' 1 100000; echo do''ne\n");
            Eventually.await(
                    "all of it",
                    () -> client.shown().endsWith("done") || client.shown().contains("done\r\n"));
        }

        try (var late = connect(pty, Map.of(StreamTarget.HISTORY, "true"))) {
            late.awaitShown("done\r\n");
            assertThat(late.shown().getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(1 << 20)
                    .isGreaterThan(1_000_000);
            assertThat(late.shown()).startsWith("0000000").doesNotContain("\ufffd");
        }
    }

    @Test
    void a_process_is_streamed_from_its_beginning_with_the_names_of_its_outputs() throws Exception {
        var pid = ((StillRunning)
                        agent.processes().run(id, run("echo out; sleep 0.3; echo err >&2; sleep 0.3; exit 3"), null))
                .pid();
        var target = new StreamTarget(StreamTarget.PROCESS, Map.of("pid", Integer.toString(pid)));
        try (var client = connect(target, Map.of())) {
            client.type("nobody reads this");
            assertThat(client.closeCode()).isEqualTo(1000);

            assertThat(client.shown()).isEqualTo("out\nerr\n");
            assertThat(client.all("data"))
                    .extracting(message -> message.get("stream"))
                    .containsExactly("stdout", "stderr");
            assertThat(client.all("exit").getFirst().get("data"))
                    .asString()
                    .contains("exitCode=3", "timedOut=false", "durationMs=");
            assertThat(client.all("error").getFirst().get("data")).asString().contains("4005");
            assertThat(((Map<?, ?>) client.all("exit").getFirst()).containsKey("timestamp"))
                    .isTrue();
        }
    }

    @Test
    void a_ticket_opens_once_and_for_the_pages_it_names() {
        var pty = open(CreatePty.DEFAULT);
        var target = target(pty, Map.of());
        var ours = streams().ticket(id, new TicketRequest(target, List.of("https://ours.example")));
        var theirs = streams().ticket(id, new TicketRequest(target, List.of("https://ours.example")));

        try (var client = new TerminalClient(door(), ours.token(), Map.of("Origin", "https://ours.example"))) {
            assertThat(client.all("error")).isEmpty();
        }
        assertStatus(401, ours.token(), Map.of());
        assertStatus(403, theirs.token(), Map.of("Origin", "https://theirs.example"));
        assertStatus(401, "never-issued", Map.of());
    }

    @Test
    void bad_manners_end_the_connection() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        try (var client = connect(pty, Map.of())) {
            client.say("{\"type\":\"ping\",\"id\":\"p\"}");
            client.say("{\"type\":\"input\",\"data\":\"***\"}");
            client.say("{\"type\":\"resize\",\"data\":{\"cols\":9,\"rows\":24},\"id\":\"r\"}");
            for (var i = 0; i < 10; i++) {
                client.say("nonsense");
            }

            assertThat(client.closeCode()).isEqualTo(4400);
            assertThat(client.all("pong").getFirst()).containsEntry("id", "p");
            assertThat(client.all("error")).hasSize(12);
            assertThat(client.all("error").subList(0, 2))
                    .allSatisfy(
                            error -> assertThat(error.get("data")).asString().contains("9004"));
        }
        try (var client = connect(pty, Map.of())) {
            client.say("{\"type\":\"input\",\"data\":\"" + "A".repeat(32 * 1024) + "\"}");
            assertThat(client.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_sandbox_that_pauses_stops_or_goes_takes_its_connections_along() throws Exception {
        var pty = open(CreatePty.DEFAULT);
        if (agent.sandboxes().host().pause()) {
            try (var client = connect(pty, Map.of())) {
                agent.sandboxes().pause(id);
                assertThat(client.closeCode()).isEqualTo(4409);
                assertThat(codeOf(() -> ticket(target(pty, Map.of())))).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING);
            }
            agent.sandboxes().resume(id, Deadline.NEVER);
        }
        try (var client = connect(pty, Map.of())) {
            client.type("echo alive-$((8*8))\n");
            client.awaitShown("alive-64");

            agent.sandboxes().delete(id);

            assertThat(client.closeCode()).isEqualTo(4404);
            assertThat(client.all("exit")).isEmpty();
        }
    }

    @Test
    void all_who_come_to_the_console_meet_in_one_login_shell() throws Exception {
        var console = new StreamTarget(StreamTarget.CONSOLE, Map.of());
        try (var one = connect(console, Map.of());
                var two = connect(console, Map.of())) {
            one.type("shopt -q login_shell && echo login-$((9*9))\n");
            one.awaitShown("login-81");
            two.awaitShown("login-81");
        }
        assertThat(ptys().list(id)).hasSize(1);
    }

    private static RunRequest run(String command) {
        return new RunRequest(command, null, null, null, null, null, null, null, 60_000, 0, null, null, null);
    }

    private PtyInfo open(CreatePty request) {
        return ptys().create(id, request, null);
    }

    private TerminalClient connect(PtyInfo pty, Map<String, String> place) {
        return connect(target(pty, place), Map.of());
    }

    private TerminalClient connect(StreamTarget target, Map<String, String> headers) {
        return new TerminalClient(door(), ticket(target), headers);
    }

    private static StreamTarget target(PtyInfo pty, Map<String, String> place) {
        var parameters = new HashMap<>(place);
        parameters.put(StreamTarget.PID, Integer.toString(pty.pid()));
        return new StreamTarget(StreamTarget.PTY, parameters);
    }

    private String ticket(StreamTarget target) {
        return streams().ticket(id, new TicketRequest(target, List.of("*"))).token();
    }

    private static void assertStatus(int status, String token, Map<String, String> headers) {
        assertThatThrownBy(() -> new TerminalClient(door(), token, headers).close())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(status));
    }

    private static URI door() {
        var server = agent.context().getBean(EmbeddedServer.class);
        return URI.create("ws://127.0.0.1:" + server.getPort() + AgentPaths.DIRECT);
    }

    private static Ptys ptys() {
        return agent.context().getBean(Ptys.class);
    }

    private static Streams streams() {
        return agent.context().getBean(Streams.class);
    }

    private static @Nullable ErrorCode codeOf(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ApiException.class, call);
        return thrown == null ? null : thrown.failure().code();
    }
}
