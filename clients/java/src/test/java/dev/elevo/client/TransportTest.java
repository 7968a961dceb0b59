package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.client.api.FilesApi;
import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.model.CreateSandbox;
import dev.elevo.client.model.NetworkConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TransportTest {
    private static final String RAN =
            "{\"exitCode\":3,\"stdout\":\"out\",\"stderr\":\"\",\"durationMs\":5,\"timedOut\":false,\"truncated\":false,\"new\":1}";

    private FakeService service;
    private WorkspaceClient client;
    private final List<Socket> halted = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() throws IOException {
        service = new FakeService();
        client = service.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        service.close();
        for (var socket : halted) {
            socket.close();
        }
    }

    @Test
    void a_change_whose_answer_was_lost_is_sent_again_as_the_same() {
        service.thenDrops().then(200, RAN);

        assertThat(client.sandbox("box").run("true").exitCode()).isEqualTo(3);

        assertThat(service.requests()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(service.requests().stream()
                        .map(FakeService.Request::idempotencyKey)
                        .distinct())
                .singleElement()
                .asString()
                .isNotEmpty();
    }

    @Test
    void two_changes_are_not_the_same() {
        service.then(200, RAN).then(200, RAN);

        client.sandbox("box").run("true");
        client.sandbox("box").run("true");

        assertThat(service.requests().stream()
                        .map(FakeService.Request::idempotencyKey)
                        .distinct())
                .hasSize(2);
    }

    @Test
    void what_the_service_says_will_pass_is_tried_again() {
        service.then(429, FakeService.error(9003, "RATE_LIMITED", "{}"), "Retry-After", "0")
                .then(503, FakeService.error(9002, "SERVICE_UNAVAILABLE", "{}"))
                .then(409, FakeService.error(9009, "IDEMPOTENCY_CONFLICT", "{\"reason\":\"in_progress\"}"))
                .then(200, RAN);

        assertThat(client.sandbox("box").run("true").stdout()).isEqualTo("out");
    }

    @Test
    void an_attempt_whose_answer_was_lost_may_take_longer_than_there_are_retries() {
        service.thenDrops();
        for (var i = 0; i < 5; i++) {
            service.then(409, FakeService.error(9009, "IDEMPOTENCY_CONFLICT", "{\"reason\":\"in_progress\"}"));
        }
        service.then(200, RAN);

        assertThat(client.sandbox("box").run("true").stdout()).isEqualTo("out");
    }

    @Test
    void another_body_for_the_same_key_is_a_refusal() {
        service.then(409, FakeService.error(9009, "IDEMPOTENCY_CONFLICT", "{\"reason\":\"body_mismatch\"}"));

        assertThatThrownBy(() -> client.sandbox("box").run("true")).isInstanceOf(ApiException.class);
    }

    @Test
    void an_upload_whose_answer_was_lost_is_done_when_its_address_is_used() {
        service.then(200, address())
                .thenDrops()
                .then(401, FakeService.error(1004, "INVALID_TOKEN", "{\"reason\":\"in_use\"}"))
                .then(401, FakeService.error(1004, "INVALID_TOKEN", "{\"reason\":\"used\"}"));

        client.sandbox("box").files().write("/f", new byte[SandboxFiles.INLINE + 1]);

        assertThat(service.requests()).hasSize(4);
    }

    @Test
    void an_upload_that_came_to_nothing_is_sent_again() {
        service.then(200, address())
                .thenDrops()
                .then(401, FakeService.error(1004, "INVALID_TOKEN", "{\"reason\":\"in_use\"}"))
                .then(200, "{}");

        client.sandbox("box").files().write("/f", new byte[SandboxFiles.INLINE + 1]);

        assertThat(service.requests().getLast().body()).hasSize(SandboxFiles.INLINE + 1);
    }

    @Test
    void an_address_that_another_has_used_is_a_refusal() {
        service.then(200, address()).then(401, FakeService.error(1004, "INVALID_TOKEN", "{\"reason\":\"used\"}"));

        assertThatThrownBy(() -> client.sandbox("box").files().write("/f", new byte[SandboxFiles.INLINE + 1]))
                .isInstanceOf(ApiException.class);
    }

    private String address() {
        return "{\"url\":\"" + service.url() + "/signed?secret=1\"}";
    }

    @Test
    void so_is_what_a_proxy_says() {
        service.then(502, "<html>").then(200, RAN);

        assertThat(client.sandbox("box").run("true").stdout()).isEqualTo("out");
    }

    @Test
    void a_refusal_is_told_as_it_is_and_not_tried_again() {
        service.then(404, FakeService.error(2001, "SANDBOX_NOT_FOUND", "{\"sandboxId\":\"box\"}"));

        var refused = catchThrowableOfType(
                ApiException.class, () -> client.sandbox("box").info());

        assertThat(refused.code()).isEqualTo(2001);
        assertThat(refused.name()).isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.details()).isEqualTo(Map.of("sandboxId", "box"));
        assertThat(refused.requestId()).isEqualTo("req-1");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void a_quota_does_not_pass_by_waiting() {
        service.then(429, FakeService.error(2004, "SANDBOX_LIMIT_EXCEEDED", "{}"));

        assertThatThrownBy(() -> client.create(CreateSandbox.builder().build())).isInstanceOf(ApiException.class);
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void the_gateway_has_words_of_its_own() {
        service.then(404, "{\"code\":\"F40401\",\"msg\":\"no such route\",\"content\":{}}");

        var refused = catchThrowableOfType(
                ApiException.class, () -> client.api().admin().deleteRoute("r"));

        assertThat(refused.code()).isEqualTo(40401);
        assertThat(refused.name()).isEqualTo("F40401");
        assertThat(refused).hasMessage("no such route");
    }

    @Test
    void what_still_runs_is_waited_for() {
        service.then(202, "{\"pid\":7}", "Location", "/api/v1/sandboxes/box/process/7")
                .then(202, "{\"pid\":7}", "Location", "/api/v1/sandboxes/box/process/7")
                .then(200, RAN);

        assertThat(client.sandbox("box").run("sleep 40").exitCode()).isEqualTo(3);

        assertThat(service.requests().getLast().target()).isEqualTo("/api/v1/sandboxes/box/process/7/result");
    }

    @Test
    void so_is_a_service_that_is_away_while_it_runs() {
        service.then(202, "{\"pid\":7}", "Location", "/api/v1/sandboxes/box/process/7");
        for (var i = 0; i < 5; i++) {
            service.then(502, "<html>");
        }
        service.then(200, RAN);
        try (var hurried = WorkspaceClient.builder(Map.of())
                .apiUrl(service.url())
                .apiKey("k")
                .retries(1)
                .build()) {
            assertThat(hurried.sandbox("box").run("sleep 40").exitCode()).isEqualTo(3);
        }
    }

    @Test
    void a_refusal_to_tell_the_result_is_told_at_once() {
        service.then(202, "{\"pid\":7}", "Location", "/api/v1/sandboxes/box/process/7")
                .then(404, FakeService.error(2001, "SANDBOX_NOT_FOUND", "{}"));

        assertThatThrownBy(() -> client.sandbox("box").run("sleep 40")).isInstanceOf(ApiException.class);
        assertThat(service.requests()).hasSize(2);
    }

    @Test
    void a_sandbox_that_fails_after_the_answer_fails_as_one_before_it() {
        service.then(202, "{\"id\":\"sbx-1\",\"state\":\"creating\"}")
                .then(200, "{\"id\":\"sbx-1\",\"state\":\"failed\",\"errorReason\":\"no room\"}");

        var failed = catchThrowableOfType(
                ApiException.class, () -> client.create(CreateSandbox.builder().build()));

        assertThat(failed.code()).isEqualTo(2005);
        assertThat(failed).hasMessageContaining("no room");
        assertThat(failed.details()).containsEntry("sandboxId", "sbx-1");
    }

    @Test
    void so_does_one_that_is_started_or_goes_on() {
        var info = "{\"id\":\"sbx-1\",\"state\":\"failed\"}";
        service.then(200, info).then(200, info);

        assertThatThrownBy(() -> client.sandbox("box").start()).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> client.sandbox("box").resume()).isInstanceOf(ApiException.class);
    }

    @Test
    void a_snapshot_that_fails_after_the_answer_fails_as_one_before_it() {
        service.then(202, "{\"id\":\"snap-1\",\"state\":\"creating\"}")
                .then(200, "{\"id\":\"snap-1\",\"state\":\"failed\",\"errorMessage\":\"no room\"}");

        var failed = catchThrowableOfType(
                ApiException.class, () -> client.sandbox("box").snapshot("s"));

        assertThat(failed.code()).isEqualTo(7001);
        assertThat(failed).hasMessageContaining("no room");
        assertThat(failed.details()).containsEntry("snapshotId", "snap-1");
    }

    @Test
    void a_detail_may_be_nothing() {
        service.then(404, FakeService.error(2001, "SANDBOX_NOT_FOUND", "{\"sandboxId\":null}"));

        var refused = catchThrowableOfType(
                ApiException.class, () -> client.sandbox("box").info());

        assertThat(refused.details()).containsKey("sandboxId");
    }

    @Test
    void the_key_goes_to_the_service_only() throws IOException {
        try (var elsewhere = new FakeService()) {
            elsewhere.then(200, "content");
            service.then(307, "", "Location", elsewhere.url() + "/signed?secret=1");

            assertThat(client.sandbox("box").files().readText("/a b")).isEqualTo("content");

            assertThat(service.requests().getFirst().key()).isEqualTo("Bearer ewk_test");
            assertThat(service.requests().getFirst().target())
                    .isEqualTo("/api/v1/sandboxes/box/files/download?path=%2Fa%20b");
            assertThat(elsewhere.requests().getFirst().key()).isNull();
        }
    }

    @Test
    @Timeout(30)
    void an_address_that_is_its_own_credential_is_told_of_without_it() throws IOException {
        var environment = Map.of(
                "WORKSPACE_API_URL", service.url(),
                "WORKSPACE_API_KEY", "ewk_test",
                "WORKSPACE_TIMEOUT", "2000",
                "WORKSPACE_DEBUG", "1");
        try (var elsewhere = new FakeService();
                var silent = new ServerSocket(0);
                var talkative = WorkspaceClient.builder(environment).build()) {
            var nowhere = "http://localhost:" + silent.getLocalPort();
            service.then(200, "{\"url\":\"" + elsewhere.url() + "/transfers/ticket?secret=1\"}")
                    .then(307, "", "Location", nowhere + "/transfers/ticket?secret=1");
            elsewhere.then(200, "{}");
            var files = talkative.sandbox("box").files();

            var lines = toldBy(() -> {
                files.write("/f", new byte[SandboxFiles.INLINE + 1]);

                var late = catchThrowableOfType(UnreachableException.class, () -> files.readText("/f"));
                assertThat(Throwables.getStackTrace(late))
                        .contains("in time from " + nowhere, "nothing for PT2S")
                        .doesNotContain("ticket", "secret");
            });

            assertThat(lines)
                    .contains("GET /api/v1/sandboxes/box/files/download 307")
                    .contains("PUT " + elsewhere.url() + " 200")
                    .contains("GET " + nowhere + " no answer")
                    .doesNotContain("ticket", "secret", "ewk_test");
        }
    }

    private static String toldBy(Runnable work) {
        var before = System.err;
        var told = new ByteArrayOutputStream();
        System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return told.toString(StandardCharsets.UTF_8);
    }

    @Test
    void what_is_not_said_is_not_sent() {
        service.then(201, "{\"id\":\"sbx-1\",\"state\":\"running\"}");
        var request = CreateSandbox.builder()
                .name("n")
                .network(NetworkConfig.builder().allowInternet(false).build());

        client.create(request.build());

        // An empty list of what is allowed would allow nothing.
        assertThat(service.requests().getFirst().body())
                .isEqualTo("{\"name\":\"n\",\"network\":{\"allowInternet\":false}}");
    }

    @Test
    void pages_are_fetched_as_they_are_needed() {
        service.then(200, "{\"data\":[{\"id\":\"1\"}],\"pagination\":{\"hasMore\":true,\"nextCursor\":\"c 1\"}}")
                .then(200, "{\"data\":[{\"id\":\"2\"}],\"pagination\":{\"hasMore\":false}}");

        var query = new SandboxesApi.ListSandboxesQuery().state(List.of("running", "paused"));
        assertThat(client.sandboxes(query).map(info -> info.id())).containsExactly("1", "2");

        assertThat(service.requests().stream().map(FakeService.Request::target))
                .containsExactly(
                        "/api/v1/sandboxes?state=running%2Cpaused&cursor=",
                        "/api/v1/sandboxes?state=running%2Cpaused&cursor=c%201");
    }

    private static WorkspaceClient hurried(ServerSocket server) {
        return WorkspaceClient.builder(Map.of())
                .apiUrl("http://localhost:" + server.getLocalPort())
                .apiKey("k")
                .timeout(Duration.ofMillis(100))
                .retries(0)
                .build();
    }

    /** Answers everybody with the beginning of an answer. */
    private void halt(ServerSocket server) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    var client = server.accept();
                    halted.add(client);
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"
                                    .getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                assertThat(server.isClosed()).isTrue();
            }
        });
    }

    @Test
    @Timeout(30)
    void an_answer_that_stops_in_its_middle_is_not_waited_for_either() throws IOException {
        try (var halting = new ServerSocket(0);
                var hurried = hurried(halting)) {
            halt(halting);

            assertThatThrownBy(() -> hurried.api().files().statFile("box", new FilesApi.StatFileQuery()))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("in time");
        }
    }

    @Test
    @Timeout(30)
    void nor_is_a_download_of_which_nothing_comes() throws IOException {
        try (var halting = new ServerSocket(0);
                var hurried = hurried(halting)) {
            halt(halting);

            assertThatThrownBy(() -> hurried.sandbox("box").files().read("/f"))
                    .isInstanceOf(UnreachableException.class)
                    .hasCauseInstanceOf(HttpTimeoutException.class);
        }
    }

    @Test
    @Timeout(30)
    void nor_is_an_upload_of_which_nothing_goes() throws IOException {
        try (var silent = new ServerSocket(0);
                var hurried = WorkspaceClient.builder(Map.of())
                        .apiUrl(service.url())
                        .apiKey("k")
                        .timeout(Duration.ofMillis(500))
                        .build()) {
            service.then(200, "{\"url\":\"http://localhost:" + silent.getLocalPort() + "/signed\"}");

            assertThatThrownBy(() -> hurried.sandbox("box").files().write("/f", new byte[50 << 20]))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("in time");
        }
    }

    @Test
    void whoever_does_not_answer_in_time_is_not_waited_for() throws IOException {
        try (var silent = new ServerSocket(0);
                var hurried = hurried(silent)) {
            assertThatThrownBy(() -> hurried.api().files().statFile("box", new FilesApi.StatFileQuery()))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("in time");
        }
    }
}
