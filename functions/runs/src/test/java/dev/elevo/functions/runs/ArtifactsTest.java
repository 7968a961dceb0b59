package dev.elevo.functions.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Artifacts through the function's handler, on a real state table and with blobs in files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArtifactsTest {
    private static final String PATH = "/api/v1/artifacts";

    @TempDir
    private static Path directory;

    private Surrounded surrounded;
    private RunsFunction function;
    private BlobStore blobs;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.blobs.directory", directory.toString());
        function = surrounded.start(RunsFunction::new);
        blobs = function.context().getBean(BlobStore.class);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void what_was_put_comes_back_byte_for_byte() {
        var run = ask(Events.post("/api/v1/runs", "{\"name\": \"x\"}")).textAt("id");
        var bytes = new byte[256];
        IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);

        var made = create("""
                {"name": "model.bin", "type": "model", "runId": "%s", "labels": {"a": "b"}, "metadata": {"k": "v"},
                 "content": "%s"}
                """.formatted(run, Base64.getEncoder().encodeToString(bytes)));

        assertThat(made.textAt("id")).matches("art-[a-z0-9]{12}");
        assertThat(made.header("location")).isEqualTo(PATH + "/" + made.textAt("id"));
        assertThat(made.body())
                .containsEntry("name", "model.bin")
                .containsEntry("type", "model")
                .containsEntry("version", 1)
                .containsEntry("size", 256)
                .containsEntry("sha256", "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880")
                .containsEntry("runId", run)
                .containsEntry("labels", Map.of("a", "b"))
                .containsEntry("metadata", Map.of("k", "v"));
        assertThat(ask(Events.get(path(made))).body()).isEqualTo(made.body());
        var content = ask(Events.get(path(made) + "/content"));
        assertThat(content.bytes()).isEqualTo(bytes);
        assertThat(content.header("content-type")).isEqualTo("application/octet-stream");
        assertThat(content.header("content-disposition"))
                .startsWith("attachment")
                .contains("model.bin");
        assertThat(content.header("x-content-type-options")).isEqualTo("nosniff");
    }

    @Test
    void nothing_is_a_content_too() {
        var made = create("{\"name\": \"empty\", \"content\": \"\"}");

        assertThat(made.body())
                .containsEntry("size", 0)
                .containsEntry("type", "file")
                .doesNotContainKey("runId");
        assertThat(ask(Events.get(path(made) + "/content")).bytes()).isEmpty();
    }

    @Test
    void versions_of_a_name_are_counted_even_when_many_come_at_once() throws Exception {
        var name = "v-" + UUID.randomUUID();
        var calls = IntStream.range(0, 12)
                .<Callable<Answer>>mapToObj(i -> () -> create("{\"name\": \"" + name + "\", \"content\": \"\"}"))
                .toList();
        var versions = new ArrayList<Object>();
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (var done : threads.invokeAll(calls)) {
                versions.add(done.get().value("version"));
            }
        }

        assertThat(versions)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 12).boxed().collect(Collectors.toList()));
        var last = create("{\"name\": \"" + name + "\", \"content\": \"\"}");
        assertThat(ask(Events.of("DELETE", path(last))).status()).isEqualTo(204);
        assertThat(create("{\"name\": \"" + name + "\", \"content\": \"\"}").body())
                .containsEntry("version", 14);
    }

    @Test
    void a_file_of_a_sandbox_is_copied_as_it_is_now() {
        var sandbox = surrounded.sandbox(function);
        surrounded
                .agent()
                .write(
                        sandbox.id(),
                        new WriteFile("/home/user/out.txt", null, true, true, false, null),
                        "then".getBytes(StandardCharsets.UTF_8),
                        null);

        var made = create("""
                {"name": "out.txt", "source": {"sandboxId": "%s", "path": "/home/user/./out.txt"}}
                """.formatted(sandbox.name()));

        assertThat(made.body()).containsEntry("size", 4);
        assertThat(ask(Events.get(path(made) + "/content")).bytes()).isEqualTo("then".getBytes(StandardCharsets.UTF_8));
        assertThat(post("{\"name\": \"x\", \"source\": {\"sandboxId\": \"" + sandbox.id() + "\", \"path\": \"/no\"}}")
                        .code())
                .isEqualTo(ErrorCode.FILE_NOT_FOUND.number());
        assertThat(post("{\"name\": \"x\", \"source\": {\"sandboxId\": \"nobody\", \"path\": \"/a\"}}")
                        .code())
                .isEqualTo(ErrorCode.SANDBOX_NOT_FOUND.number());
    }

    @Test
    void who_may_not_read_files_does_not_read_them_by_copying() {
        var sandbox = surrounded.sandbox(function);
        var body =
                "{\"name\": \"x\", \"source\": {\"sandboxId\": \"" + sandbox.id() + "\", \"path\": \"/etc/passwd\"}}";
        var token = token(Surrounded.ORGANIZATION, "run:write");

        var refused =
                Answer.of(function.handle(Events.post(PATH, body).bearer(token).event()));

        assertThat(refused.code()).isEqualTo(ErrorCode.INSUFFICIENT_SCOPE.number());
        assertThat(refused.value("error.details.required")).isEqualTo(List.of("files:read"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"x\"}",
                "{\"name\": \"x\", \"content\": \"\", \"source\": {\"sandboxId\": \"a\", \"path\": \"/a\"}}",
                "{\"name\": \"../x\", \"content\": \"\"}",
                "{\"name\": \".x\", \"content\": \"\"}",
                "{\"content\": \"\"}",
                "{\"name\": \"x\", \"content\": \"no base64!\"}",
                "{\"name\": \"x\", \"content\": \"\", \"metadata\": {\"a\": null}}",
                "{\"name\": \"x\", \"source\": {\"sandboxId\": \"a\"}}"
            })
    void what_breaks_a_rule_is_refused(String body) {
        assertThat(post(body).code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
    }

    @Test
    void what_no_answer_could_carry_is_refused() {
        var content = Base64.getEncoder().encodeToString(new byte[RunLimits.ARTIFACT_BYTES + 1]);

        var refused = post("{\"name\": \"x\", \"content\": \"" + content + "\"}");

        assertThat(refused.code()).isEqualTo(ErrorCode.FILE_TOO_LARGE.number());
        assertThat(refused.value("error.details.limit")).isEqualTo(RunLimits.ARTIFACT_BYTES);
        assertThat(post("{\"name\": \"x\", \"content\": \"\", \"runId\": \"run-unknownunkno\"}")
                        .code())
                .isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
    }

    @Test
    void a_list_is_filtered_sorted_and_counted() {
        var type = "t-" + UUID.randomUUID().toString().substring(0, 8);
        for (var content : List.of("bbbb", "cccccccc", "aaaa")) {
            surrounded.clock().advance(Duration.ofMillis(10));
            create("""
                    {"name": "%s", "type": "%s", "labels": {"first": "%s"}, "content": "%s"}
                    """.formatted(content, type, content.charAt(0), content));
        }
        var of = PATH + "?type=" + type;

        assertThat(ask(Events.get(of)).data("name")).containsExactly("aaaa", "cccccccc", "bbbb");
        assertThat(ask(Events.get(of + "&sort_by=name&sort_order=asc")).data("name"))
                .containsExactly("aaaa", "bbbb", "cccccccc");
        assertThat(ask(Events.get(of + "&sort_by=size")).data("name").getFirst())
                .isEqualTo("cccccccc");
        assertThat(ask(Events.get(of + "&name=bbbb")).data("name")).containsExactly("bbbb");
        assertThat(ask(Events.get(of + "&labels=first=a")).data("name")).containsExactly("aaaa");
        assertThat(ask(Events.get(of + "&search=CC")).data("name")).containsExactly("cccccccc");
        assertThat(ask(Events.get(of + "&limit=1")).value("pagination.total")).isEqualTo(3);
    }

    @Test
    void artifacts_stay_when_their_run_goes() {
        var run = ask(Events.post("/api/v1/runs", "{\"name\": \"x\"}")).textAt("id");
        var made = create("{\"name\": \"x\", \"runId\": \"" + run + "\", \"content\": \"\"}");
        assertThat(ask(Events.get(PATH + "?runId=" + run)).data("id")).containsExactly(made.textAt("id"));

        assertThat(ask(Events.of("DELETE", "/api/v1/runs/" + run)).status()).isEqualTo(204);

        assertThat(ask(Events.get(path(made))).textAt("runId")).isEqualTo(run);
        assertThat(ask(Events.get(PATH + "?runId=" + run)).data("id")).containsExactly(made.textAt("id"));
    }

    @Test
    void a_deleted_artifact_leaves_no_content() throws IOException {
        var before = blobs.list("").size();
        var made = create("{\"name\": \"gone\", \"content\": \"aaaa\"}");
        assertThat(blobs.list("")).hasSize(before + 1);

        assertThat(ask(Events.of("DELETE", path(made))).status()).isEqualTo(204);

        assertThat(blobs.list("")).hasSize(before);
        assertThat(ask(Events.of("DELETE", path(made))).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(ask(Events.get(path(made) + "/content")).code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        assertThat(Leftovers.of(surrounded.table(), made.textAt("id"))).isEmpty();
    }

    @Test
    void a_content_whose_artifact_was_never_recorded_is_swept_away() throws IOException {
        var before = blobs.list("").size();
        var contents = function.context().getBean(Contents.class);
        contents.put(Surrounded.ORGANIZATION, new byte[10]);

        function.runSchedule("sweep");
        assertThat(blobs.list("")).hasSize(before + 1);

        surrounded.clock().advance(Duration.ofMinutes(3));
        function.runSchedule("sweep");
        assertThat(blobs.list("")).hasSize(before);
    }

    @Test
    void what_the_sweep_has_given_up_cannot_be_recorded_any_more() {
        var contents = function.context().getBean(Contents.class);
        var blob = contents.put(Surrounded.ORGANIZATION, new byte[10]);
        surrounded.clock().advance(Duration.ofMinutes(3));
        function.runSchedule("sweep");

        var late = new Artifact(
                "art-latelatelate",
                Surrounded.ORGANIZATION,
                "late",
                "file",
                0,
                10,
                "",
                blob,
                null,
                Map.of(),
                Map.of(),
                "user",
                surrounded.clock().instant());

        assertThat(function.context().getBean(ArtifactStore.class).create(late))
                .isEqualTo(new ArtifactStore.Created.Late());
    }

    @Test
    void a_repeat_finds_what_the_first_attempt_made() throws IOException {
        var event = Events.post(PATH, "{\"name\": \"once\", \"content\": \"aaaa\"}")
                .header("x-idempotency-key", UUID.randomUUID().toString());
        var first = ask(event);
        var before = blobs.list("").size();
        Leftovers.forgetAnswers(surrounded.table());

        assertThat(ask(event).body()).isEqualTo(first.body());
        assertThat(blobs.list("")).hasSize(before);
    }

    @Test
    void another_organizations_artifact_is_not_there() {
        var made = create("{\"name\": \"secret\", \"content\": \"aaaa\"}");

        for (var path : List.of(path(made), path(made) + "/content")) {
            var answer = Answer.of(function.handle(
                    Events.get(path).bearer(token("acme", "run:read")).event()));
            assertThat(answer.code()).isEqualTo(ErrorCode.RESOURCE_NOT_FOUND.number());
        }
    }

    private String token(String organization, String scope) {
        return Tokens.hs256(Tokens.claims("user-1", surrounded.clock().instant())
                .claim("org", organization)
                .claim("scopes", List.of(scope)));
    }

    private static String path(Answer artifact) {
        return PATH + "/" + artifact.textAt("id");
    }

    private Answer create(String body) {
        var answer = post(body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    private Answer post(String body) {
        return ask(Events.post(PATH, body));
    }

    private Answer ask(Events event) {
        return Surrounded.ask(function, event);
    }
}
