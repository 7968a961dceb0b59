package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.TransferTicket.Direction;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of files over the agent's own server, by capability and by ticket. */
final class FileTransfersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOME = "/home/user/";
    private static final int MILLION = 1_000_000;

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;
    private static int server;
    private static HttpClient client;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home, "none");
        server = agent.context().getBean(EmbeddedServer.class).start().getPort();
        sandbox = agent.create();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        agent.close();
    }

    private static String run(String command) {
        var result = agent.run(sandbox, command);
        return (result.stdout() + result.stderr()).strip();
    }

    private static String token(Direction direction, String path) {
        return token(direction, path, 0, null, true, Instant.now().plusSeconds(60));
    }

    private static String token(
            Direction direction,
            String path,
            long offset,
            @Nullable Long length,
            boolean overwrite,
            Instant expiresAt) {
        return new TransferTicket(
                        direction,
                        sandbox,
                        expiresAt,
                        UUID.randomUUID().toString(),
                        null,
                        offset,
                        length,
                        direction == Direction.UPLOAD ? new FileMode(0640) : null,
                        overwrite,
                        true,
                        HOME + path)
                .sign(agent.keys().getPrivate());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server + path))
                .timeout(PATIENCE);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString(ISO_8859_1));
    }

    private static HttpResponse<String> get(String token, String... headers) throws IOException, InterruptedException {
        var request = request(AgentPaths.TRANSFERS + "/" + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private static HttpResponse<String> put(String token, byte[] content) throws IOException, InterruptedException {
        return send(request(AgentPaths.TRANSFERS + "/" + token).PUT(BodyPublishers.ofByteArray(content)));
    }

    private static String content(String query) {
        return AgentPaths.FILE_CONTENT.replace("{sandboxId}", sandbox) + "?" + query;
    }

    private static String capability(Operation operation) throws GeneralSecurityException {
        return new Capability(sandbox, Set.of(operation), Instant.now().plusSeconds(60))
                .sign(agent.keys().getPrivate());
    }

    @Test
    void a_ticket_gives_the_file_or_a_range_of_it() throws IOException, InterruptedException {
        run("printf 0123456789 > 'a \"b\".txt'");
        var token = token(Direction.DOWNLOAD, "a \"b\".txt");

        var whole = get(token);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo("0123456789");
        assertThat(whole.headers().map())
                .containsEntry("content-type", List.of("text/plain"))
                .containsEntry("content-length", List.of("10"))
                .containsEntry(
                        "content-disposition",
                        List.of("attachment; filename=\"a _b_.txt\"; filename*=UTF-8''a%20%22b%22.txt"));
        var tag = whole.headers().firstValue("etag").orElseThrow();

        var middle = get(token, "Range", "bytes=2-4");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.body()).isEqualTo("234");
        assertThat(middle.headers().firstValue("content-range")).hasValue("bytes 2-4/10");
        assertThat(get(token, "Range", "bytes=7-").body()).isEqualTo("789");
        assertThat(get(token, "Range", "bytes=-2").body()).isEqualTo("89");
        assertThat(get(token, "Range", "bytes=5-100", "If-Range", tag).body()).isEqualTo("56789");
        assertThat(get(token, "Range", "bytes=5-6", "If-Range", "\"other\"").statusCode())
                .isEqualTo(200);
        assertThat(get(token, "Range", "bytes=1-2,4-5").statusCode()).isEqualTo(200);
        assertThat(get(token, "Range", "lines=1-2").statusCode()).isEqualTo(200);
        var beyond = get(token, "Range", "bytes=10-");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).hasValue("bytes */10");
        var head = send(request(AgentPaths.TRANSFERS + "/" + token).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).hasValue("10");
        var part = get(
                token(Direction.RAW, "a \"b\".txt", 3, 4L, true, Instant.now().plusSeconds(60)));
        assertThat(part.body()).isEqualTo("3456");
        assertThat(part.headers().firstValue("content-type")).hasValue("application/octet-stream");
    }

    @Test
    void a_ticket_for_an_upload_is_good_for_one() throws IOException, InterruptedException {
        var token = token(Direction.UPLOAD, "up/file");

        var written = put(token, "hello".getBytes(UTF_8));

        assertThat(written.statusCode()).isEqualTo(200);
        assertThat(written.body()).contains("\"bytesWritten\":5").contains("\"created\":true");
        assertThat(run("stat -c %a up/file; cat up/file")).isEqualTo("640\nhello");
        var again = put(token, "other".getBytes(UTF_8));
        assertThat(again.statusCode()).isEqualTo(401);
        assertThat(again.body()).contains("\"code\":1004").contains("\"reason\":\"used\"");
        assertThat(run("cat up/file")).isEqualTo("hello");
    }

    @Test
    void a_ticket_holds_for_what_it_says_and_as_long_as_it_says() throws IOException, InterruptedException {
        run("echo x > there; mkdir -p dir");
        assertThat(get("forged.token").body()).contains("\"code\":1004");
        assertThat(get(token(Direction.UPLOAD, "there")).body()).contains("\"code\":1004");
        assertThat(put(token(Direction.DOWNLOAD, "there"), new byte[1]).body()).contains("\"code\":1004");
        assertThat(get(token(
                                Direction.RAW,
                                "there",
                                0,
                                null,
                                true,
                                Instant.now().minusSeconds(1)))
                        .body())
                .contains("\"code\":1003");
        assertThat(get(token(Direction.DOWNLOAD, "none")).body()).contains("\"code\":3001");
        assertThat(get(token(Direction.DOWNLOAD, "dir")).body()).contains("\"code\":3009");
        var refused =
                token(Direction.UPLOAD, "there", 0, null, false, Instant.now().plusSeconds(60));
        assertThat(put(refused, new byte[1]).body()).contains("\"code\":3002");
        assertThat(put(token(Direction.UPLOAD, "there/x"), new byte[1]).body()).contains("\"code\":3008");
        run("rm there");
        assertThat(put(refused, new byte[1]).statusCode()).isEqualTo(200); // what was refused was not used
    }

    @Test
    void content_goes_in_and_out_by_a_capability() throws Exception {
        var path = "path=" + HOME + "inline";
        var put = send(request(content(path + "&createParents=true&overwrite=true"))
                .header(AgentPaths.CAPABILITY_HEADER, capability(Operation.FILES_WRITE))
                .PUT(BodyPublishers.ofByteArray(new byte[MILLION])));
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);

        var got = send(request(content(path + "&offset=10&length=20&most=100"))
                .header(AgentPaths.CAPABILITY_HEADER, capability(Operation.FILES_READ)));

        assertThat(got.body()).hasSize(20);
        assertThat(got.headers().firstValue(AgentPaths.FILE_SIZE_HEADER)).hasValue("" + MILLION);
        var tooMuch = send(request(content(path + "&most=100"))
                .header(AgentPaths.CAPABILITY_HEADER, capability(Operation.FILES_READ)));
        assertThat(tooMuch.statusCode()).isEqualTo(413);
        for (var operation : new Operation[] {Operation.FILES_READ, Operation.PROCESS}) {
            assertThat(send(request(content(path))
                                    .header(AgentPaths.CAPABILITY_HEADER, capability(operation))
                                    .PUT(BodyPublishers.ofByteArray(new byte[10])))
                            .body())
                    .contains("\"code\":1005");
        }
        assertThat(send(request(content(path + "&most=1"))).body()).contains("\"code\":1004");
        assertThat(send(request(content("most=1"))
                                .header(AgentPaths.CAPABILITY_HEADER, capability(Operation.FILES_READ)))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_hundred_million_bytes_arrive_as_they_were_sent_and_go_as_they_are() throws Exception {
        var block = new byte[MILLION];
        for (int i = 0; i < block.length; i++) {
            block[i] = (byte) ((i * 31) >> 3);
        }
        var blocks = 100;
        var uploaded = client.send(
                request(AgentPaths.TRANSFERS + "/" + token(Direction.UPLOAD, "large"))
                        .PUT(BodyPublishers.ofByteArrays(
                                () -> Stream.generate(() -> block).limit(blocks).iterator()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);
        assertThat(uploaded.body()).contains("\"bytesWritten\":" + (long) blocks * MILLION);

        var downloaded = client.send(
                request(AgentPaths.TRANSFERS + "/" + token(Direction.RAW, "large"))
                        .build(),
                BodyHandlers.ofInputStream());
        try (var body = downloaded.body()) {
            for (int i = 0; i < blocks; i++) {
                assertThat(body.readNBytes(MILLION)).isEqualTo(block);
            }
            assertThat(body.read()).isEqualTo(-1);
        }
        run("rm large");
    }

    @Test
    void a_client_that_vanishes_leaves_nothing() throws IOException {
        run("mkdir -p vanish");
        var token = token(Direction.UPLOAD, "vanish/file");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
            var head = "PUT " + AgentPaths.TRANSFERS + "/" + token
                    + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100000000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 100 Continue");
            socket.getOutputStream().write(new byte[MILLION]);
            socket.setSoLinger(true, 0);
        }
        await(
                "its server has ended what it began",
                () -> run("ls -A vanish; pgrep -c elevo-files || true").matches("[01]"));
        // It came to nothing, so it is not used up, as soon as that is noticed.
        await("the ticket is good again", () -> isTaken(token, "hello"));
        assertThat(run("cat vanish/file")).isEqualTo("hello");
    }

    private boolean isTaken(String token, String content) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
            var whole = "PUT %s/%s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
                    .formatted(AgentPaths.TRANSFERS, token, content.length(), content);
            socket.getOutputStream().write(whole.getBytes(ISO_8859_1));
            return line(socket.getInputStream()).equals("HTTP/1.1 200 OK");
        }
    }

    @Test
    void a_client_that_does_not_read_is_not_written_to_and_others_are_served() throws Exception {
        run("truncate -s 1G sparse");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
            socket.getOutputStream()
                    .write(("GET " + AgentPaths.TRANSFERS + "/" + token(Direction.RAW, "sparse")
                                    + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(ISO_8859_1));
            assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
            run("echo y > other");
            assertThat(get(token(Direction.RAW, "other")).body()).isEqualTo("y\n");
        }
        run("rm sparse");
    }

    @Test
    void a_file_that_grows_or_shrinks_is_what_it_was_or_is_cut() throws Exception {
        run("head -c 50M /dev/zero > moving");
        var grown = client.send(
                request(AgentPaths.TRANSFERS + "/" + token(Direction.RAW, "moving"))
                        .build(),
                BodyHandlers.ofInputStream());
        run("head -c 5M /dev/zero >> moving");
        try (var body = grown.body()) {
            assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(50L << 20);
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
            socket.setReceiveBufferSize(1 << 16);
            socket.getOutputStream()
                    .write(("GET " + AgentPaths.TRANSFERS + "/" + token(Direction.RAW, "moving")
                                    + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(ISO_8859_1));
            assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
            run("truncate -s 1M moving");
            assertThat(socket.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isLessThan(55L << 20); // the connection ends, and the length that was announced is not reached
        }
        run("rm moving");
    }

    @Test
    void a_server_that_is_killed_cuts_its_answer_and_the_next_call_is_served() throws Exception {
        run("head -c 200M /dev/zero > killed");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server)) {
            socket.setReceiveBufferSize(1 << 16);
            socket.getOutputStream()
                    .write(("GET " + AgentPaths.TRANSFERS + "/" + token(Direction.RAW, "killed")
                                    + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(ISO_8859_1));
            assertThat(line(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
            await("there is one to kill", () -> !run("pgrep elevo-files").isEmpty());
            run("pkill -KILL elevo-files");
            assertThat(socket.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isLessThan(200L << 20);
        }
        assertThat(put(token(Direction.UPLOAD, "after"), new byte[1]).statusCode())
                .isEqualTo(200);
        run("rm killed");
    }

    @Test
    @Tag("slow")
    void a_full_disk_leaves_the_file_as_it_was() throws Exception {
        agent.requireEnforced("disk");
        var small = agent.create(RealAgent.spec(new Resources(1.0, 512, 1, 0, null), RealAgent.OFFLINE));
        agent.run(small, "echo old > target; echo start > log; head -c 2G /dev/zero > filler");
        agent.run(small, "truncate -s -20M filler");
        for (var append : new boolean[] {false, true}) {
            var path =
                    AgentPaths.FILE_CONTENT.replace("{sandboxId}", small) + "?createParents=true&overwrite=true&append="
                            + append + "&path=" + HOME + (append ? "log" : "target");
            var token = new Capability(
                            small, Set.of(Operation.FILES_WRITE), Instant.now().plusSeconds(60))
                    .sign(agent.keys().getPrivate());
            var answer = send(request(path)
                    .header(AgentPaths.CAPABILITY_HEADER, token)
                    .expectContinue(true)
                    .PUT(BodyPublishers.ofByteArray(new byte[200 * MILLION])));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
            assertThat(answer.body()).contains("\"code\":3005");
        }
        assertThat(agent.run(small, "cat target log; ls -A | grep elevo; head -c 5M /dev/zero > some && echo room")
                        .stdout())
                .isEqualTo("old\nstart\nroom\n");
        agent.sandboxes().delete(small);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
