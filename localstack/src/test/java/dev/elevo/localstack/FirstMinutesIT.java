package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a new user does first, and what the documents tell him to. */
final class FirstMinutesIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final int NOT_IMPLEMENTED = 9007;
    private static final Pattern ID = Pattern.compile("\"(id|route_id|instance_id)\":\"[^\"]*\"");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
    }

    @Test
    void ready_says_where_it_is_and_how_it_isolates() {
        assertThat(stack.ready("url").toString()).startsWith("http://localhost:");
        assertThat(Path.of(stack.ready("adminKeyFile").toString())).exists();
        assertThat(stack.ready("isolation")).isIn("container", "process");
        assertThat(stack.get("/health", "X-API-Key", "").status()).isEqualTo(200);
    }

    @Test
    void from_a_create_to_a_commands_output_and_away_again() {
        var created = stack.post(SANDBOXES, "{\"name\":\"first\",\"env\":{\"COLOUR\":\"blue\"}}");
        assertThat(created.status()).isEqualTo(201);
        var path = SANDBOXES + "/" + created.field("id");
        assertThat(created.header("location")).isEqualTo(path);

        var ran = stack.post(SANDBOXES + "/first/process/run", "{\"command\":\"echo $COLOUR; echo oops >&2; exit 3\"}");
        assertThat(ran.json())
                .containsEntry("exitCode", 3)
                .containsEntry("stdout", "blue\n")
                .containsEntry("stderr", "oops\n");

        assertThat(stack.get(SANDBOXES).data()).extracting(box -> box.get("id")).contains(created.field("id"));
        assertThat(stack.get(path).field("state")).isEqualTo("running");

        assertThat(stack.delete(path + "?force=true").status()).isEqualTo(204);
        assertThat(stack.get(SANDBOXES).data()).extracting(box -> box.get("id")).doesNotContain(created.field("id"));
        assertThat(stack.post(path + "/process/run", "{\"command\":\"true\"}").code())
                .isEqualTo(2001);
    }

    @Test
    void long_work_is_picked_up_later() {
        var id = stack.post(SANDBOXES, "{}").field("id");
        var path = SANDBOXES + "/" + id + "/process";

        var started = stack.post(path + "/run", "{\"command\":\"echo one; sleep 1; echo two\",\"waitMs\":0}");
        assertThat(started.status()).isEqualTo(202);
        var pid = started.field("pid");
        assertThat(started.header("location")).isEqualTo(path + "/" + pid);
        assertThat(stack.get(path + "/" + pid).field("state")).isIn("running", "sleeping");

        var first = stack.get(path + "/" + pid + "/output?waitMs=5000");
        assertThat(first.text()).contains("one\\n");
        var result = stack.get(path + "/" + pid + "/result");
        assertThat(result.json()).containsEntry("exitCode", 0).containsEntry("stdout", "one\ntwo\n");
        var rest = stack.get(path + "/" + pid + "/output?cursor=" + first.field("nextCursor"));
        assertThat(rest.text()).contains("two\\n").contains("\"ended\":true");

        stack.delete(SANDBOXES + "/" + id + "?force=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/tutorial.md", "docs/api.md", "docs/cli.md"})
    void what_the_documents_have_one_type_works_as_they_show_it(String name, @TempDir Path checkout) throws Exception {
        var trial = stack.post("/api/v1/volumes", "{\"name\":\"trial\",\"sizeGB\":1}");
        assume(trial.code() != NOT_IMPLEMENTED, "the documents show what this host does not offer: " + trial.text());
        stack.delete("/api/v1/volumes/trial");
        var before = things();
        var address = stack.ready("url").toString().replace("http://", "");
        var java = Path.of(System.getProperty("java.home"), "bin");
        prepare(checkout);

        ShellDocument.read(name, address).run(checkout, Map.of("PATH", java + ":" + System.getenv("PATH")));

        assertThat(things()).as("what " + name + " leaves behind").isEqualTo(before);
    }

    /** What a reader finds where he types: the documents, the home of the run, and the command line, which need not be built. */
    private static void prepare(Path checkout) throws IOException {
        Files.copy(RunningStack.root().resolve("README.md"), checkout.resolve("README.md"));
        var examples = Files.createDirectories(checkout.resolve("docs/examples"));
        try (var programs = Files.newDirectoryStream(RunningStack.root().resolve("docs/examples"))) {
            for (var program : programs) {
                Files.copy(program, examples.resolve(program.getFileName()));
            }
        }
        var home = Files.createDirectory(checkout.resolve(".elevo"));
        for (var kept : List.of("admin.key", "ready.json")) {
            Files.copy(stack.home().resolve(kept), home.resolve(kept));
        }
        Files.writeString(home.resolve("jwt.secret"), RunningStack.JWT_SECRET);
        var command =
                CommandLineIT.command().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        var elevo = Files.writeString(checkout.resolve("elevo"), "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(elevo, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** All that documents make, and have to take away again. */
    private static Map<String, String> things() {
        var lists = List.of(
                "/api/v1/sandboxes",
                "/api/v1/snapshots",
                "/api/v1/volumes",
                "/api/v1/runs",
                "/api/v1/artifacts",
                "/api/v1/users/me/api-keys",
                "/admin/routes",
                "/admin/services?service_name=users");
        return lists.stream().collect(Collectors.toMap(list -> list, list -> ids(stack.get(list))));
    }

    private static String ids(RunningStack.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return ID.matcher(answer.text()).results().map(MatchResult::group).collect(Collectors.joining(","));
    }

    @Test
    void a_second_one_on_the_same_home_says_who_holds_it() throws IOException, InterruptedException {
        assertThat(RunningStack.end(stack.home(), Map.of()))
                .startsWith("1 ")
                .contains(stack.home().toString())
                .contains(stack.ready("pid").toString());
    }

    @Test
    void every_request_leaves_one_line_in_the_access_log() throws IOException {
        var requestId = stack.get(SANDBOXES + "?limit=1").header("x-request-id");
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        var lines = linesAbout(requestId);
        // Written behind the answer's back.
        while (lines.isEmpty() && System.nanoTime() < deadline) {
            Eventually.pause();
            lines = linesAbout(requestId);
        }

        assertThat(lines)
                .hasSize(1)
                .first()
                .asString()
                .contains("\"status\":200")
                .contains("\"route\":\"" + SANDBOXES + "\"");
    }

    private static List<String> linesAbout(String requestId) throws IOException {
        return Files.readAllLines(stack.home().resolve("logs/access.log")).stream()
                .filter(line -> line.contains(requestId))
                .toList();
    }
}
