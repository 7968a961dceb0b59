package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the documents show, done as they show it. */
@Timeout(300)
final class ProjectIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @TempDir
    private static Path folder;

    private static RunningStack stack;

    @BeforeAll
    static void start() {
        stack = SHARED.get();
    }

    @Test
    void a_project_is_uploaded_tested_watched_mended_in_a_terminal_and_downloaded() throws Exception {
        var hasVim = run(List.of("sh", "-c", "command -v vim"), Map.of()).startsWith("0 ");
        if (!hasVim) {
            System.err.println("skipped: no vim on this machine (Debian: vim)");
        }
        assumeTrue(hasVim, "no vim on this machine");

        var java = ProcessHandle.current().info().command().orElseThrow();
        var example = RunningStack.root().resolve("docs/examples/Project.java").toString();

        assertThat(run(
                        List.of(java, example),
                        Map.of(
                                "KEY",
                                stack.adminKey(),
                                "URL",
                                stack.ready("url").toString())))
                .isEqualTo("""
                        0 tests before: failed
                        told that greet.sh has changed
                        tests after: passed
                        result: echo "Hello, $1"
                        """);
    }

    @Test
    void the_java_that_is_shown_is_done() throws Exception {
        var shown = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(RunningStack.root().resolve("docs/clients.md")));
        assertThat(shown.find()).isTrue();
        Files.writeString(folder.resolve("big.tar"), "much");
        var program = Files.writeString(folder.resolve("Shown.java"), """
                import dev.elevo.client.*;
                import dev.elevo.client.model.*;
                import java.nio.file.Path;

                class Shown {
                    public static void main(String[] arguments) throws Exception {
                %s
                    }

                    static void show(long done, long total) {
                        System.out.println(done + " of " + total);
                    }
                }
                """.formatted(shown.group(1)));
        var java = ProcessHandle.current().info().command().orElseThrow();

        assertThat(run(
                        List.of(java, "-cp", System.getProperty("java.class.path"), program.toString()),
                        Map.of(
                                "WORKSPACE_API_URL",
                                stack.ready("url").toString(),
                                "WORKSPACE_API_KEY",
                                stack.adminKey())))
                .startsWith("0 Linux ")
                .contains("make: ", "4 of 4");
    }

    @Test
    void a_token_with_fewer_rights_is_made_as_it_is_told() throws Exception {
        var work = Files.createDirectories(folder.resolve("work/.elevo")).resolveSibling("");
        Files.writeString(work.resolve(".elevo/jwt.secret"), RunningStack.JWT_SECRET);
        var id = stack.post(SANDBOXES, "{}").field("id");

        var said =
                run(List.of("bash", "-ec", "cd " + work + "\n" + block("\"HS256\"") + "\nprintf %s $TOKEN"), Map.of());

        assertThat(said).startsWith("0 ");
        var bearer = "Bearer " + said.substring(2);
        assertThat(stack.get(SANDBOXES + "/" + id, "X-API-Key", "", "Authorization", bearer)
                        .status())
                .isEqualTo(200);
        assertThat(stack.post(SANDBOXES, "{}", "X-API-Key", "", "Authorization", bearer)
                        .code())
                .isEqualTo(1005);
        stack.delete(SANDBOXES + "/" + id + "?force=true");
    }

    @Test
    void what_a_user_got_wrong_is_his_to_mend_and_keeps_no_name() {
        var wrong = stack.post(SANDBOXES, "{\"name\":\"typo\",\"entrypoint\":[\"/no/such/program\"]}");
        assertThat(wrong.code()).isEqualTo(9004);
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("\"field\":\"entrypoint\"", "/no/such/program");

        var mended = stack.post(SANDBOXES, "{\"name\":\"typo\",\"entrypoint\":[\"sleep\",\"60\"]}");
        assertThat(mended.status()).isEqualTo(201);
        var typo = SANDBOXES + "/typo";

        var address = stack.post(typo + "/files/upload-url", "{\"path\":\"/tmp/x\"}");
        var path = address.field("url").substring(stack.ready("url").toString().length());
        var posted = stack.call("POST", path, "x", "X-API-Key", "");
        assertThat(posted.status()).isEqualTo(405);
        assertThat(posted.header("allow")).contains("PUT");
        assertThat(posted.text()).contains("with PUT");

        var pid = stack.post(typo + "/process/spawn", "{\"command\":\"sleep 60\"}")
                .field("pid");
        assertThat(stack.get(typo + "/process/" + pid + "/result").text()).contains("4001", "spawned");
        stack.delete(typo + "?force=true");
    }

    private static String block(String word) throws IOException {
        return ShellDocument.read("docs/api.md", "").blocks().stream()
                .map(ShellDocument.Block::text)
                .filter(shown -> shown.contains(word))
                .findFirst()
                .orElseThrow();
    }

    /** Its exit code, and what it says. */
    private static String run(List<String> line, Map<String, String> environment)
            throws IOException, InterruptedException {
        var said = folder.resolve("said");
        var builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("does not end: " + Files.readString(said));
        }
        return process.exitValue() + " " + Files.readString(said);
    }
}
