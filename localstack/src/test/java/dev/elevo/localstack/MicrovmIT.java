package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.microvm.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes in MicroVMs, on the stand-in for their service: what they go through, and what may go wrong with it. */
@Tag("fake-cloud")
final class MicrovmIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @TempDir
    private static Path directory;

    private static FakeCloud cloud;
    private static RunningStack stack;
    private static Boxes boxes;

    @BeforeAll
    static void start() throws IOException {
        cloud = new FakeCloud(directory);
        stack = cloud.stack(
                directory.resolve("home"),
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE",
                        "1000",
                        "ELEVO_SWEEP_MS",
                        "500",
                        "ELEVO_ABANDONED_MS",
                        "20000",
                        "ELEVO_MICROVM_ORPHAN_GRACE_SECONDS",
                        "20"));
        boxes = new Boxes(stack);
    }

    @AfterAll
    static void stop() throws IOException {
        cloud.close();
        stack.close();
    }

    @AfterEach
    void deleteAll() {
        boxes.deleteAll();
        Eventually.await("no MicroVM is left", () -> cloud.microvms().alive().isEmpty());
    }

    /** Without files on their way to whoever asked for them, which end by the bucket's own rule. */
    private static List<String> kept() throws IOException {
        return cloud.bucket().keys().stream()
                .filter(key -> !key.startsWith("transfers/"))
                .toList();
    }

    @Test
    void a_sandbox_lives_in_a_machine_of_its_own() throws IOException {
        var id = boxes.made("{\"resources\": {\"memoryMB\": 600}}");
        var info = stack.get(SANDBOXES + "/" + id);
        assertThat(info.json()).containsEntry("isolation", "microvm");
        assertThat(info.field("memory")).as(info.text()).isEqualTo("1024");

        assertThat(boxes.run(id, "id -un; pwd")).isEqualTo("user\n/home/user\n");
        boxes.run(id, "mkdir -p kept && echo words > kept/file && (sleep 1000 >/dev/null 2>&1 & echo $! > /tmp/pid)");

        told(id, "pause");
        var machine = cloud.microvms().alive().getFirst();
        assertThat(cloud.microvms().state(machine)).isEqualTo("SUSPENDED");
        told(id, "resume");
        assertThat(boxes.run(id, "kill -0 $(cat /tmp/pid) && echo still here")).isEqualTo("still here\n");

        told(id, "stop");
        assertThat(cloud.microvms().alive()).isEmpty();
        assertThat(kept()).singleElement().asString().startsWith("workspaces/" + id + "/1-");
        assertThat(cloud.bucket().underWay()).isZero();

        told(id, "start");
        assertThat(boxes.run(id, "cat kept/file; stat -c %U kept/file; grep -qsx sleep /proc/[0-9]*/comm || echo gone"))
                .isEqualTo("words\nuser\ngone\n");
        assertThat(cloud.microvms().alive()).hasSize(1).doesNotContain(machine);

        assertThat(stack.delete(SANDBOXES + "/" + id + "?force=true").status()).isEqualTo(204);
        assertThat(cloud.microvms().alive()).isEmpty();
        assertThat(kept()).isEmpty();
    }

    @Test
    void a_sandbox_begins_with_the_files_of_a_snapshot() throws IOException {
        var source = boxes.made("{}");
        boxes.run(source, "mkdir -p tree && echo one > tree/a && ln tree/a tree/b && chmod 640 tree/a");
        var taken = stack.post("/api/v1/snapshots", "{\"name\": \"first\", \"sandboxId\": \"" + source + "\"}");
        assertThat(taken.status()).as(taken.text()).isBetween(201, 202);
        Eventually.await(
                "it is there",
                () -> stack.get("/api/v1/snapshots/first").field("state").equals("available"));
        boxes.run(source, "rm -r tree");

        var made = boxes.made("{\"snapshot\": \"first\"}");

        assertThat(boxes.run(made, "cat tree/b; stat -c '%a %U %h' tree/a")).isEqualTo("one\n640 user 2\n");
        assertThat(stack.delete("/api/v1/snapshots/first").status()).isEqualTo(204);
        assertThat(cloud.bucket().keys()).noneMatch(key -> key.startsWith("snapshots/"));
        assertThat(cloud.bucket().underWay()).isZero();
    }

    @Test
    void a_file_larger_than_an_answer_is_fetched_from_the_bucket() throws Exception {
        var id = boxes.made("{}");
        var sum = boxes.run(id, "head -c 20000000 /dev/urandom > large.json; sha256sum < large.json")
                .substring(0, 64);
        var files = SANDBOXES + "/" + id + "/files";

        var answer = stack.get(files + "/download?path=/home/user/large.json");
        assertThat(answer.status()).as(answer.text()).isEqualTo(307);
        var whole = fetched(answer.header("location"));
        assertThat(sum(whole.body())).isEqualTo(sum);
        assertThat(whole.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(whole.headers().firstValue("content-disposition").orElseThrow())
                .contains("filename=\"large.json\"");

        var part = stack.get(files + "/read?format=stream&path=/home/user/large.json&offset=5&length=15000000");
        assertThat(part.status()).as(part.text()).isEqualTo(307);
        var bytes = fetched(part.header("location")).body();
        assertThat(bytes).isEqualTo(Arrays.copyOfRange(whole.body(), 5, 15_000_005));

        boxes.run(id, "touch empty");
        var address = stack.get(files + "/download-url?path=/home/user/empty");
        assertThat(fetched(address.field("url")).body()).as(address.text()).isEmpty();
        assertThat(cloud.bucket().keys()).hasSize(3).allMatch(key -> key.startsWith("transfers/" + id + "/file-"));
        assertThat(cloud.bucket().underWay()).isZero();

        assertThat(stack.get(files + "/download-url?path=/home/user/none").code())
                .isEqualTo(3001);
        assertThat(stack.post(files + "/upload-url", "{\"path\": \"/home/user/in\"}")
                        .code())
                .isEqualTo(9007);
    }

    private static HttpResponse<byte[]> fetched(String address) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofByteArray());
        }
    }

    private static String sum(byte[] content) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static void told(String id, String verb) {
        var answer = stack.post(SANDBOXES + "/" + id + "/" + verb, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void a_start_that_nobody_heard_of_is_neither_lost_nor_made_twice() {
        var before = cloud.microvms().started();
        cloud.microvms().breakNext("RunMicrovm", Fault.DONE_AND_SILENT);

        var id = boxes.made("{}");

        assertThat(boxes.run(id, "echo here")).isEqualTo("here\n");
        assertThat(cloud.microvms().started()).isEqualTo(before + 1);
    }
}
