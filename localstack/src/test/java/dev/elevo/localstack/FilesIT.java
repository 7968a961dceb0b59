package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files as a client uses them, from HTTP to the sandbox and back. */
class FilesIT {
    private static final int MILLION = 1_000_000;
    private static final int BLOCKS = 100;
    private static final int MOST_GROWTH_MB = 64;

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static HttpClient client;
    private static String files;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        var sandbox = stack.post("/api/v1/sandboxes", "{}");
        assertThat(sandbox.status()).as(sandbox.text()).isEqualTo(201);
        files = "/api/v1/sandboxes/" + sandbox.field("id") + "/files";
    }

    @AfterAll
    static void stop() {
        client.close();
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(2));
    }

    private static HttpRequest.Builder ours(String path) {
        return request(stack.ready("url") + path).header("X-API-Key", stack.adminKey());
    }

    private static String run(String command) {
        var answer = stack.post(files.replace("/files", "/process/run"), "{\"command\":\"" + command + "\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("stdout").strip();
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // a form has line ends of its own
    void a_project_goes_in_is_looked_at_and_comes_out() throws IOException, InterruptedException {
        var batch = stack.post(files + "/write-batch", """
                {"files":[{"path":"/home/user/p/run.sh","content":"echo done > out.txt","mode":"755"},
                {"path":"/home/user/p/data/in","content":"aGk=","encoding":"base64"}]}""");
        assertThat(batch.status()).as(batch.text()).isEqualTo(200);
        assertThat(run("cd p && ./run.sh && cat out.txt data/in")).isEqualTo("done\nhi");

        var boundary = "limit";
        var form = "--limit\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/home/user/p/\r\n--limit\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"ü.bin\"\r\n\r\n\0\1\2\r\n--limit--\r\n";
        var uploaded = client.send(
                ours(files + "/upload")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(200);

        var listed = stack.get(files + "?path=/home/user/p&depth=-1&type=file");
        assertThat(listed.data())
                .extracting(file -> file.get("path"))
                .containsExactly(
                        "/home/user/p/data/in", "/home/user/p/out.txt", "/home/user/p/run.sh", "/home/user/p/ü.bin");
        assertThat(stack.get(files + "/read?path=/home/user/p/out.txt").field("content"))
                .isEqualTo("done\n");
        var download = client.send(
                ours(files + "/download?path=/home/user/p/%C3%BC.bin").build(), BodyHandlers.ofByteArray());
        assertThat(download.body()).isEqualTo(new byte[] {0, 1, 2});
        assertThat(download.headers().firstValue("content-disposition").orElseThrow())
                .contains("filename*=UTF-8''%C3%BC.bin");
        assertThat(stack.delete(files + "?path=/home/user/p&recursive=true").status())
                .isEqualTo(204);
        assertThat(stack.get(files + "/exists?path=/home/user/p").field("exists"))
                .isEqualTo("false");
    }

    @Test
    void what_is_larger_than_a_request_goes_by_its_own_address_and_through_no_heap() throws Exception {
        assume(!FakeCloud.isEverywhere(), "no upload past the functions with a MicroVM for each sandbox (9007)");
        var tooLarge = client.send(
                ours(files + "/upload?path=/home/user/large")
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(new byte[11 << 20]))
                        .build(),
                BodyHandlers.ofString());
        assertThat(tooLarge.statusCode()).isEqualTo(413);
        assertThat(tooLarge.body()).contains("3007");

        var address = stack.post(files + "/upload-url", "{\"path\":\"/home/user/large\"}");
        assertThat(address.status()).as(address.text()).isEqualTo(201);
        var block = new byte[MILLION];
        IntStream.range(0, MILLION).forEach(i -> block[i] = (byte) ((i * 31) >> 3));
        transfer(address.field("url"), block); // warms both ends up
        var gateway =
                ProcessHandle.of(Long.parseLong(stack.ready("pid").toString())).orElseThrow();
        var before = new long[] {megabytes(gateway.pid()), megabytes(stack.pidOf("agent"))};
        var again = stack.post(files + "/upload-url", "{\"path\":\"/home/user/large\"}");
        transfer(again.field("url"), block);

        var expected = MessageDigest.getInstance("SHA-256");
        IntStream.range(0, BLOCKS).forEach(i -> expected.update(block));
        var sum = HexFormat.of().formatHex(expected.digest());
        assertThat(run("sha256sum < large")).startsWith(sum);
        // As `curl -L` does: the answer leads to an address that needs no credential.
        assertThat(sumOf(client.send(
                        ours(files + "/download?path=/home/user/large").build(), BodyHandlers.ofInputStream())))
                .isEqualTo(sum);
        var url = stack.get(files + "/download-url?path=/home/user/large").field("url");
        assertThat(sumOf(client.send(request(url).build(), BodyHandlers.ofInputStream())))
                .isEqualTo(sum);
        var range = client.send(
                ours(files + "/download?path=/home/user/large")
                        .header("Range", "bytes=99999990-")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.headers().firstValue("connection")).hasValue("close");
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(block, MILLION - 10, MILLION));
        var part = client.send(
                ours(files + "/read?format=stream&offset=1&length=5000000&path=/home/user/large")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(part.body()).hasSize(5 * MILLION).startsWith(block[1], block[2]);

        assertThat(megabytes(gateway.pid()) - before[0]).isLessThan(MOST_GROWTH_MB);
        assertThat(megabytes(stack.pidOf("agent")) - before[1]).isLessThan(MOST_GROWTH_MB);
        var used = client.send(
                request(address.field("url")).PUT(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());
        assertThat(used.statusCode()).isEqualTo(401);
        assertThat(used.body()).contains("1004");
        assertThat(client.send(
                                request(stack.ready("url") + "/transfers/forged.token")
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
    }

    private static void transfer(String url, byte[] block) throws IOException, InterruptedException {
        var put = client.send(
                request(url)
                        .expectContinue(true)
                        .PUT(BodyPublishers.ofByteArrays(
                                () -> Stream.generate(() -> block).limit(BLOCKS).iterator()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(put.body()).contains("\"bytesWritten\":" + (long) BLOCKS * MILLION);
    }

    private static String sumOf(HttpResponse<InputStream> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(200);
        var digest = MessageDigest.getInstance("SHA-256");
        try (var body = new DigestInputStream(response.body(), digest)) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What the process has of memory for itself. */
    private static long megabytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return lines.filter(line -> line.startsWith("RssAnon:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        }
    }

    @Test
    void many_write_at_once_and_everything_is_there() throws Exception {
        var clients = 8;
        var each = 40;
        try (var threads = Executors.newFixedThreadPool(clients)) {
            var began = System.nanoTime();
            var all = IntStream.range(0, clients)
                    .<Callable<Void>>mapToObj(one -> () -> {
                        for (int i = 0; i < each; i++) {
                            var answer = stack.post(
                                    files + "/write",
                                    "{\"path\":\"/home/user/many/" + one + "/" + i + "\",\"content\":\""
                                            + "x".repeat(100) + "\"}");
                            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
                        }
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(all)) {
                done.get();
            }
            var seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
            System.out.printf("files: %.0f small writes a second with %d clients%n", clients * each / seconds, clients);
        }
        assertThat(run("find many -type f -size 100c | wc -l")).isEqualTo(Integer.toString(clients * each));
    }

    @Test
    void each_error_reaches_the_client_by_its_number() {
        run(
                "mkdir -p e/full; touch e/full/x e/file; mkfifo e/pipe; ln -s loop e/loop; touch e/closed; chmod 0 e/closed");
        var e = "/home/user/e/";

        assertThat(stack.get(files + "/read?path=" + e + "none").code()).isEqualTo(3001);
        assertThat(stack.post(files + "/write", write(e + "file", ",\"overwrite\":false"))
                        .code())
                .isEqualTo(3002);
        assertThat(stack.delete(files + "?path=" + e + "full").code()).isEqualTo(3003);
        assertThat(stack.get(files + "/read?path=" + e + "closed").code()).isEqualTo(3004);
        assertThat(stack.get(files + "/read?path=" + e + "loop").code()).isEqualTo(3006);
        assertThat(stack.get(files + "/read?path=" + "/a".repeat(2500)).code()).isEqualTo(3006);
        assertThat(stack.post(files + "/write", write(e + "日".repeat(200), "")).code())
                .as("a name of six hundred bytes")
                .isEqualTo(3006);
        assertThat(stack.get(files + "?path=" + e + "file").code()).isEqualTo(3008);
        assertThat(stack.get(files + "/read?path=" + e + "pipe").code()).isEqualTo(3009);
        assertThat(stack.get(files + "/read?path=" + e + "file&user=nobody-here")
                        .code())
                .isEqualTo(3004);
        run("truncate -s 11000M e/huge");
        var answer = stack.get(files + "/download?path=" + e + "huge");
        if (FakeCloud.isEverywhere()) {
            // There it is brought before there is an address.
            assertThat(answer.code()).as(answer.text()).isEqualTo(3007);
        } else {
            assertThat(answer.status()).isEqualTo(307);
            var refused = send(request(answer.header("location")));
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(refused.body()).contains("3007").contains("\"limit\":10737418240");
        }
        run("rm e/huge");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String write(String path, String more) {
        return "{\"path\":\"" + path + "\",\"content\":\"\"" + more + "}";
    }
}
