package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.GoldenFile;
import dev.elevo.contract.testing.Eventually;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Language servers from HTTP to a real sandbox: those that {@code ./elevo doctor --install-lsp} brings, and one that misbehaves. */
@Timeout(600)
final class LspIT {
    private static final JsonMapper JSON = JsonMapper.createDefault();
    private static final String FAKE = "/home/user/fake";
    private static final int NO_TIME = 6006;
    private static final String USES = "references without the declaration";

    /** So that a server which never answers is known soon. */
    private static final String MAX_WAIT = "6000";

    @TempDir
    private static Path home;

    private static RunningStack stack;
    private static String sandbox;

    @BeforeAll
    static void start() throws IOException {
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_LIMIT_EXEC", "10000",
                        "ELEVO_LIMIT_WRITE", "10000",
                        "ELEVO_MAX_WAIT_MS", MAX_WAIT));
        sandbox = newSandbox();
        write(FAKE + "/a.py", "\n".repeat(20));
    }

    private static String newSandbox() {
        var made = stack.post("/api/v1/sandboxes", "{\"resources\":{\"memoryMB\":3072,\"cpu\":2}}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return "/api/v1/sandboxes/" + made.field("id");
    }

    @AfterAll
    static void stop() throws IOException {
        stack.delete(sandbox + "?force=true");
        stack.close();
    }

    @Test
    void every_operation_of_every_server_is_as_the_documentation_says() {
        var rows = new StringBuilder();
        for (var project : LspProject.ALL) {
            write(project.path(), project.text());
            var server = server(project);
            rows.append("| ").append(project.language()).append(" | ").append(project.server());
            operations(project).forEach((name, body) -> {
                var answer = name.equals("diagnostics")
                        ? awaitMistake(project, body)
                        : asked(name.equals(USES) ? "references" : name, body);
                if (!name.equals(USES)) {
                    rows.append(" | ").append(cell(name, answer));
                }
                check(project, name, answer);
            });
            rows.append(" |\n");
            assertThat(stack.delete(sandbox + "/lsp/servers/" + server).status())
                    .isEqualTo(204);
        }
        new GoldenFile("docs/language-servers.md").mustEqual(page(rows.toString()));
    }

    /** Told in parts by some: on a busy machine a server may be quiet before it has told all. */
    private static RunningStack.Answer awaitMistake(LspProject project, Map<String, Object> body) {
        return awaitAnswer(
                () -> asked("diagnostics", body),
                answer -> answer.status() != 200 || answer.text().contains(project.mistake()));
    }

    private static Map<String, Map<String, Object>> operations(LspProject project) {
        var greet = project.position("greet(\"y\")", 1);
        var all = new LinkedHashMap<String, Map<String, Object>>();
        all.put("diagnostics", about(project));
        all.put("hover", about(project, "position", greet));
        all.put("definition", about(project, "position", greet));
        all.put("references", about(project, "position", greet));
        all.put(USES, about(project, "position", greet, "includeDeclaration", false));
        all.put("completion", about(project, "position", end(project)));
        all.put("signatureHelp", about(project, "position", project.position("greet(\"y\")", 6)));
        all.put("symbols/document", about(project));
        all.put("symbols/workspace", Map.of("query", "greet"));
        all.put("rename", about(project, "position", greet, "newName", "welcome"));
        var line = project.position(project.greetAgain(), 0);
        all.put("codeAction", about(project, "range", Map.of("start", line, "end", line)));
        all.put("format", about(project));
        return all;
    }

    private static Map<String, Integer> end(LspProject project) {
        for (var half : List.of("text.upp", "text.toUpp", "one.dep")) {
            if (project.text().contains(half)) {
                return project.position(half, half.length());
            }
        }
        throw new AssertionError("nothing to complete");
    }

    private static void check(LspProject project, String operation, RunningStack.Answer answer) {
        if (answer.status() != 200) {
            assertThat(answer.code()).as(answer.text()).isEqualTo(6004);
            assertThat(answer.text()).contains("not_supported_by_server");
            return;
        }
        var text = assertThat(answer.text()).as(project.server() + " " + operation);
        switch (operation) {
            case "hover" -> text.contains("\"contents\":").contains("greet");
            case "definition" ->
                assertThat(answer.json().get("locations")).isEqualTo(List.of(location(project, "greet(")));
            case "references" ->
                // clangd may take the misspelled call for one.
                assertThat(answer.json().get("locations"))
                        .asInstanceOf(InstanceOfAssertFactories.LIST)
                        .hasSizeBetween(project.server().equals("clangd") ? 2 : 3, 3)
                        .contains(location(project, "greet("), location(project, "greet(\"y"));
            case USES ->
                assertThat(answer.json().get("locations"))
                        .asInstanceOf(InstanceOfAssertFactories.LIST)
                        .contains(location(project, "greet(\"y"))
                        .doesNotContain(location(project, "greet("));
            case "completion" ->
                text.containsAnyOf("\"label\":\"upper", "toUpperCase", "depth").contains("\"kindName\":");
            case "signatureHelp" -> text.contains("name").contains("\"activeSignature\":");
            case "diagnostics" -> text.contains("\"severityName\":").contains(project.mistake());
            case "symbols/document", "symbols/workspace" ->
                text.contains("\"name\":\"greet").contains("\"kindName\":\"Function\"");
            case "rename" -> {
                var renamed = project.text().replace("greet(", "welcome(");
                // As above, clangd may mend the misspelled call on the way.
                assertThat(edited(project, edits(answer.json().get("changes"), "file://" + project.path())))
                        .isIn(renamed, renamed.replace(" gree(", " welcome("));
            }
            case "format" ->
                assertThat(edited(project, edits(answer.json(), "edits")))
                        .as(answer.text())
                        .contains("spaced = gree")
                        .contains("😀");
            case "codeAction" -> mends(project, answer);
            default -> throw new AssertionError(operation);
        }
    }

    private static void mends(LspProject project, RunningStack.Answer answer) {
        var actions = list(answer, "actions");
        switch (project.server()) {
            case "clangd" -> {
                var edit = (Map<?, ?>) in((Map<?, ?>) actions.getFirst(), "edit");
                assertThat(edited(project, edits(edit.get("changes"), "file://" + project.path())))
                        .isEqualTo(project.text().replace(" gree(", " greet("));
            }
            case "typescript-language-server" -> {
                // It tells its edits as arguments of a command that only its own clients know.
                var action = actions.stream()
                        .map(found -> (Map<?, ?>) found)
                        .filter(found -> "Remove unused declaration for: 'missing'".equals(found.get("title")))
                        .findFirst()
                        .orElseThrow();
                var edit = (Map<?, ?>) in(action, "edit");
                assertThat(edited(project, edits(edit.get("changes"), "file://" + project.path())))
                        .isEqualTo(project.text().replace("=  greet(\"x\") + missing;", "=;"));
                assertThat(action.containsKey("command")).isFalse();
                assertThat(in(action, "kind")).isEqualTo("quickfix");
            }
            default -> assertThat(actions).as("nothing to propose").isEmpty();
        }
    }

    private static Map<String, Object> location(LspProject project, String of) {
        var range = Map.of("start", project.position(of, 0), "end", project.position(of, "greet".length()));
        return Map.of("uri", "file://" + project.path(), "range", range);
    }

    private static List<?> edits(@Nullable Object holder, String name) {
        return holder instanceof Map<?, ?> map && map.get(name) instanceof List<?> edits ? edits : List.of();
    }

    /** The text of the project after edits, none of which is in another. */
    private static String edited(LspProject project, List<?> edits) {
        var text = new StringBuilder(project.text());
        edits.stream()
                .map(edit -> (Map<?, ?>) edit)
                .sorted(Comparator.comparingInt((Map<?, ?> edit) -> offset(project, edit, "start"))
                        .reversed())
                .forEach(edit -> text.replace(
                        offset(project, edit, "start"), offset(project, edit, "end"), (String) in(edit, "newText")));
        return text.toString();
    }

    private static int offset(LspProject project, Map<?, ?> edit, String end) {
        var place = (Map<?, ?>) in((Map<?, ?>) in(edit, "range"), end);
        return project.offset((int) in(place, "line"), (int) in(place, "character"));
    }

    private static Object in(Map<?, ?> answer, String field) {
        return Objects.requireNonNull(answer.get(field));
    }

    private static String cell(String operation, RunningStack.Answer answer) {
        if (answer.status() != 200) {
            return "–";
        }
        return operation.equals("codeAction") && list(answer, "actions").isEmpty() ? "none here" : "yes";
    }

    private static String page(String rows) {
        return """
            # Language servers

            What each server answers, as a test found it with a small project of each language (`LspIT`; `-Dgolden=write` writes this page).
            **yes**: the right answer. **–**: the server has no such operation, which is 6004 with `details.reason` `not_supported_by_server`.
            **none here**: it has the operation, and had nothing to propose for the mistake in the project.

            | Language | Server | diagnostics | hover | definition | references | completion | signatureHelp | symbols/document | symbols/workspace | rename | codeAction | format |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            """ + rows + """

            `pyright` is the server of Python; `"settings": {"server": "pylsp"}` asks for the other one. `./elevo doctor --install-lsp` installs the four of them.

            Not tested here, and only started when the sandbox has them on its `PATH` (or in `~/.local/bin`, `~/go/bin`, `~/.cargo/bin`); without them starting one is 6003 with
            `details.reason` `not_installed`: `gopls` (go), `rust-analyzer` (rust), `jdtls` (java), `OmniSharp` (csharp).

            Known shortcomings: what pylsp passes on of pyflakes is one column per byte, so that a diagnostic behind a character beyond ASCII in the same line starts too far right;
            typescript-language-server finds symbols of a workspace only once a file of it was asked about, learns of a file that is new in a directory
            below the project's up to four seconds later, and tells no diagnostics of a file that a client has opened and changed where nothing was wrong before and nothing is now: 6006.
            """;
    }

    /** pylsp tells a list, and pyright a tree. */
    @ParameterizedTest
    @ValueSource(strings = {"pylsp", "pyright"})
    void symbols_of_a_document_are_a_tree(String program) {
        var directory = "/home/user/tree-" + program;
        var path = directory + "/a.py";
        write(path, """
            class Box:
                size = 1

                def open(self):
                    return self.size


            def open():
                return Box()
            """);
        var server = start("python", directory, ",\"settings\":{\"server\":\"" + program + "\"}");

        var symbols = list(asked("symbols/document", Map.of("path", path)), "symbols");

        assertThat(names(symbols)).containsExactly("Box", "open");
        assertThat(names(in((Map<?, ?>) symbols.getFirst(), "children"))).contains("size", "open");
        stack.delete(sandbox + "/lsp/servers/" + server);
    }

    private static List<Object> names(Object symbols) {
        return ((List<?>) symbols)
                .stream().map(symbol -> in((Map<?, ?>) symbol, "name")).toList();
    }

    @Test
    void a_server_is_started_once_listed_found_and_stopped() {
        write("/home/user/once/a.py", "x = 1\n");
        var body = "{\"language\":\"python\",\"projectPath\":\"/home/user/once/.\"}";
        var first = stack.post(sandbox + "/lsp/servers", body);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.header("location")).endsWith("/lsp/servers/" + first.field("id"));
        assertThat(first.json())
                .containsKeys("id", "createdAt", "lastActivityAt", "running")
                .containsEntry("language", "python")
                .containsEntry("projectPath", "/home/user/once")
                .containsEntry("serverName", "pyright");
        var again = stack.post(sandbox + "/lsp/servers", body);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.field("id")).isEqualTo(first.field("id"));
        var path = sandbox + "/lsp/servers/" + first.field("id");
        assertThat(stack.get(path).field("projectPath")).isEqualTo("/home/user/once");
        assertThat(stack.get(sandbox + "/lsp/servers").data())
                .anySatisfy(server -> assertThat(server).containsEntry("id", first.field("id")));
        assertThat(stack.delete(path).status()).isEqualTo(204);
        assertThat(stack.delete(path).code()).isEqualTo(6001);
        assertThat(stack.get(path).code()).isEqualTo(6001);
    }

    @Test
    void what_cannot_be_started_is_refused_by_its_code() {
        write("/home/user/plain", "x");
        assertThat(startCode("ruby", "/home/user")).isEqualTo(6005);
        assertThat(startCode("python", "/home/user/nowhere")).isEqualTo(3001);
        assertThat(startCode("python", "/home/user/plain")).isEqualTo(3008);
        assertThat(startCode("python", "home")).isEqualTo(3006);
        assertThat(startCode("python", "/root")).isEqualTo(6003);
        var missing = stack.post(sandbox + "/lsp/servers", "{\"language\":\"csharp\",\"projectPath\":\"/home/user\"}");
        assertThat(missing.code()).isEqualTo(6003);
        assertThat(missing.text()).contains("\"reason\":\"not_installed\"", "\"install\":");
        assertThat(asked("hover", Map.of("path", "/home/user/x.rs", "position", place(0)))
                        .code())
                .isEqualTo(6001);
    }

    private static int startCode(String language, String projectPath) {
        return stack.post(
                        sandbox + "/lsp/servers",
                        "{\"language\":\"" + language + "\",\"projectPath\":\"" + projectPath + "\"}")
                .code();
    }

    @Test
    void a_file_is_as_it_is_on_disk_unless_a_client_has_it_open() {
        var path = "/home/user/disk/a.py";
        write(path, "first = 1\n");
        var server = start("python", "/home/user/disk", "");
        assertThat(symbols(path)).contains("first");

        write(path, "second = 22\n");
        assertThat(symbols(path)).contains("second").doesNotContain("first");

        var open = sandbox + "/lsp/servers/" + server;
        assertThat(stack.post(open + "/didOpen", json(Map.of("path", path, "content", "mine = \"😀\"; other = 1\n")))
                        .status())
                .isEqualTo(200);
        assertThat(symbols(path)).contains("mine", "other").doesNotContain("second");
        var range = Map.of("start", place(0, 13), "end", place(0, 18));
        var changed = stack.post(
                open + "/didChange",
                json(Map.of("path", path, "changes", List.of(Map.of("range", range, "text", "another")))));
        assertThat(changed.json()).containsEntry("version", 2).containsEntry("success", true);
        assertThat(symbols(path)).contains("mine", "another").doesNotContain("\"other\"");
        var late = stack.post(
                open + "/didChange",
                json(Map.of("path", path, "version", 1, "changes", List.of(Map.of("text", "late = 1\n")))));
        assertThat(late.code()).isEqualTo(6004);
        assertThat(late.text()).contains("\"reason\":\"overtaken\"", "\"version\":2");
        assertThat(symbols(path)).contains("another").doesNotContain("late");

        assertThat(stack.post(open + "/didClose", json(Map.of("path", path))).status())
                .isEqualTo(200);
        assertThat(stack.post(open + "/didClose", json(Map.of("path", path))).status())
                .as("also when it is not open")
                .isEqualTo(200);
        assertThat(symbols(path)).contains("second").doesNotContain("mine");

        run("rm " + path);
        assertThat(asked("hover", Map.of("path", path, "position", place(0))).code())
                .isEqualTo(3001);
        assertThat(asked("hover", Map.of("path", "/home/user/disk/b.py", "position", place(0)))
                        .code())
                .isEqualTo(3001);
        assertThat(asked("hover", Map.of("path", "disk/b.py", "position", place(0)))
                        .code())
                .isEqualTo(3006);
        stack.delete(open);
    }

    @Test
    void pyright_knows_of_a_change_of_another_file() {
        var two = new Two("python", "a.py", "from b import f\n\nf()\n", "b.py", "def f(): ...\n");
        var server = two.begin();
        write(two.directory() + "/b.py", "def g(): ...\n");
        assertThat(two.diagnostics().text()).as("at once").contains("unknown import symbol");
        stack.delete(server);
    }

    @Test
    void clangd_knows_of_a_change_of_another_file() {
        var main = "#include \"b.h\"\nint main(void) { return f(); }\n";
        var two = new Two("c", "a.c", main, "b.h", "int f(void);\n");
        var server = two.begin();
        write(two.directory() + "/b.h", "int g(void);\n");
        assertThat(two.diagnostics().text()).as("at once").contains("declaration of function 'f'");
        stack.delete(server);
    }

    @Test
    void typescript_knows_of_a_change_of_another_file() {
        var main = "import { f } from \"./b\";\nf();\n";
        var two = new Two("typescript", "a.ts", main, "b.ts", "export function f() {}\n");
        var server = two.begin();
        write(two.directory() + "/b.ts", "export function g() {}\n");
        assertThat(two.diagnostics().text()).as("at once").contains("has no exported member");
        stack.delete(server);
    }

    /** A project of two files, the one of which needs the other. */
    private record Two(String language, String file, String text, String other, String otherText) {
        String directory() {
            return "/home/user/two-" + language;
        }

        /** The server, which knows both. */
        String begin() {
            write(directory() + "/" + file, text);
            write(directory() + "/" + other, otherText);
            var server = sandbox + "/lsp/servers/" + start(language, directory(), "");
            assertThat(diagnostics().text()).isEqualTo("{\"diagnostics\":[]}");
            return server;
        }

        RunningStack.Answer diagnostics() {
            return asked("diagnostics", Map.of("path", directory() + "/" + file));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 6002, exited",
        "2, 6002, garbage",
        "3, 6002, message_too_large",
        "4, 6002, flood",
        "7, 6004, unreadable_answer",
        "8, 6002, flood",
        "9, 6002, garbage",
        "10, 6004, no idea",
        "12, 6002, killed",
        "13, 6002, message_too_large",
        "14, 6002, message_too_large",
        "18, 6004, too_large",
        "19, 6002, exited"
    })
    void a_server_that_misbehaves_is_named_and_hurts_nobody(int line, int code, String reason) {
        var server = fake();
        var answer = hover(line);
        stack.delete(sandbox + "/lsp/servers/" + server);
        assertThat(answer.code()).as(answer.text()).isEqualTo(code);
        assertThat(answer.text()).contains(reason);
        awaitNoProcess(".local/bin/pyright");
        awaitNoProcess("86399");
    }

    private static void awaitNoProcess(String command) {
        awaitAnswer(
                () -> stack.get(sandbox + "/process"), answer -> !answer.text().contains(command));
    }

    @Test
    void what_a_server_says_to_nobody_and_asks_for_hurts_nobody() {
        var server = fake();
        assertThat(hover(15).text()).contains("alive");
        assertThat(hover(16).text()).as("characters of settings").containsPattern("\"contents\":\"\\d{1,7}\"");
        assertThat(hover(17).text()).contains("-32601").doesNotContain("Exception", "dev.elevo", "java");
        assertThat(hover(20).text()).as("a large answer is no mistake").hasSizeGreaterThan(2_000_000);
        stack.delete(sandbox + "/lsp/servers/" + server);
    }

    @Test
    void one_that_says_late_that_it_wants_to_be_asked_for_diagnostics_is_asked() {
        var server = fake();
        var found = stack.post(sandbox + "/lsp/diagnostics", json(Map.of("path", FAKE + "/a.py")));
        assertThat(found.status()).as(found.text()).isEqualTo(200);
        assertThat(found.text()).contains("told when asked");
        stack.delete(sandbox + "/lsp/servers/" + server);
    }

    @Test
    void a_file_stays_open_as_long_as_somebody_asks_about_it() throws Exception {
        var server = fake();
        for (var name : List.of("d", "e", "f", "g")) {
            write(FAKE + "/" + name + ".py", "\n".repeat(30));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> hoverIn("d.py", 21));
            awaitAnswer(() -> hoverIn("g.py", 23), answer -> answer.text().contains("1 held"));
            assertThat(hoverIn("e.py").status()).isEqualTo(200);
            assertThat(hoverIn("f.py").status()).isEqualTo(200);
            assertThat(hoverIn("g.py", 22).text()).contains("/d.py", "/g.py");
            assertThat(first.get().text()).contains("/d.py");
        }
        assertThat(hoverIn("g.py", 22).text())
                .as("no longer than that")
                .contains("/g.py")
                .doesNotContain("/d.py");
        stack.delete(sandbox + "/lsp/servers/" + server);
    }

    @Test
    void what_has_become_of_one_file_keeps_nobody_from_another() {
        var server = fake();
        write(FAKE + "/b.py", "b");
        assertThat(hoverIn("b.py").status()).isEqualTo(200);
        run("truncate -s 3M " + FAKE + "/b.py");
        assertThat(hover(0).status()).isEqualTo(200);
        assertThat(hoverIn("b.py").code()).isEqualTo(3007);
        write(FAKE + "/c.py", "c");
        assertThat(hoverIn("c.py").status()).isEqualTo(200);
        run("rm " + FAKE + "/c.py && ln -s c.py " + FAKE + "/c.py");
        assertThat(hover(0).status()).as("beside one that leads to itself").isEqualTo(200);

        var open = sandbox + "/lsp/servers/" + server;
        var part = Map.of("range", Map.of("start", place(0), "end", place(0)), "text", "x");
        var refused = stack.post(open + "/didChange", json(Map.of("path", FAKE + "/a.py", "changes", List.of(part))));
        assertThat(refused.code()).isEqualTo(6004);
        assertThat(refused.text()).contains("\"reason\":\"not_open\"");
        for (int i = 0; i < 64; i++) {
            var whole = Map.of("path", FAKE + "/" + i + ".py", "changes", List.of(Map.of("text", "x")));
            assertThat(stack.post(open + "/didChange", json(whole)).status()).isEqualTo(200);
        }
        assertThat(stack.post(
                                open + "/didChange",
                                json(Map.of("path", FAKE + "/a.py", "changes", List.of(Map.of("text", "x")))))
                        .code())
                .as("one too many")
                .isEqualTo(9006);

        assertThat(hover(1).code()).isEqualTo(6002);
        assertThat(stack.post(open + "/didClose", json(Map.of("path", FAKE + "/a.py")))
                        .status())
                .as("none runs, and none is started")
                .isEqualTo(200);
        stack.delete(open);
        run("rm " + FAKE + "/b.py " + FAKE + "/c.py");
    }

    private static RunningStack.Answer hoverIn(String file) {
        return hoverIn(file, 0);
    }

    private static RunningStack.Answer hoverIn(String file, int line) {
        return stack.post(sandbox + "/lsp/hover", json(Map.of("path", FAKE + "/" + file, "position", place(line))));
    }

    @Test
    void one_that_is_stopped_while_it_starts_is_gone() {
        run("mkdir -p " + FAKE + "; touch " + FAKE + "/silent");
        try {
            installFake();
            var started = stack.post(sandbox + "/lsp/servers", fakeBody().replace("5000", "60000"));
            assertThat(started.json()).as(started.text()).containsEntry("running", false);
            assertThat(stack.delete(sandbox + "/lsp/servers/" + started.field("id"))
                            .status())
                    .isEqualTo(204);
            assertThat(stack.get(sandbox + "/process").text()).doesNotContain(".local/bin/pyright");
        } finally {
            run("rm " + FAKE + "/silent");
        }
    }

    @Test
    void one_that_died_is_started_again_but_not_at_once() {
        var server = fake();
        assertThat(hover(11).text()).as("odd, but no harm").isEqualTo("{\"hover\":null}");
        var before = hover(0).text();
        assertThat(hover(1).code()).isEqualTo(6002);
        assertThat(hover(0).text()).contains("retryAfterMs");
        var after =
                awaitAnswer(() -> hover(0), answer -> answer.status() == 200).text();
        assertThat(after).contains("pid").isNotEqualTo(before);
        assertThat(stack.get(sandbox + "/lsp/servers/" + server).json())
                .containsEntry("running", true)
                .containsEntry("serverVersion", "1.2");
        stack.delete(sandbox + "/lsp/servers/" + server);
        awaitNoProcess(".local/bin/pyright");
    }

    @Test
    void one_that_never_answers_or_stalls_takes_no_longer_than_a_request_waits() {
        var server = fake();
        assertThat(hover(5).code()).isEqualTo(NO_TIME);
        assertThat(hover(0).status()).as("it goes on with the next").isEqualTo(200);
        assertThat(hover(6).code()).isIn(NO_TIME, 6002);
        stack.delete(sandbox + "/lsp/servers/" + server);
        run("touch " + FAKE + "/dead");
        var dead = stack.post(sandbox + "/lsp/servers", fakeBody());
        assertThat(dead.code()).isEqualTo(6003);
        assertThat(dead.text()).contains("\"reason\":\"crashed\"");
        run("rm " + FAKE + "/dead; touch " + FAKE + "/silent");
        var silent = stack.post(sandbox + "/lsp/servers", fakeBody());
        assertThat(silent.code()).isEqualTo(6003);
        assertThat(silent.text()).contains("\"reason\":\"timeout\"");
        run("rm " + FAKE + "/silent");
    }

    @Test
    void the_sixth_server_is_one_too_many() {
        var other = sandbox;
        try {
            sandbox = newSandbox();
            installFake();
            var answers = new ArrayList<Integer>();
            for (int i = 0; i < 6; i++) {
                run("mkdir -p /home/user/many" + i);
                answers.add(startCode("python", "/home/user/many" + i));
            }
            assertThat(answers).containsExactly(201, 201, 201, 201, 201, 9006);
            assertThat(stack.get(sandbox + "/lsp/servers?limit=2").data()).hasSize(2);
            stack.post(sandbox + "/stop", "{}");
            stack.post(sandbox + "/start", "{}");
            assertThat(stack.get(sandbox + "/lsp/servers").data())
                    .as("another life has other servers")
                    .isEmpty();
            stack.delete(sandbox + "?force=true");
        } finally {
            sandbox = other;
        }
    }

    private static void installFake() {
        try (var script = LspIT.class.getResourceAsStream("/lsp/fake-server.py")) {
            write(
                    "/home/user/fake-server",
                    new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mkdir -p ~/.local/bin && install -m 755 ~/fake-server ~/.local/bin/pyright-langserver");
    }

    private static String fakeBody() {
        return "{\"language\":\"python\",\"projectPath\":\"" + FAKE
                + "\",\"initTimeout\":5000,\"settings\":{\"long\":\"" + "x".repeat(60_000) + "\"}}";
    }

    /** In the place of the real one, for the one project. */
    private static String fake() {
        installFake();
        var started = stack.post(sandbox + "/lsp/servers", fakeBody());
        assertThat(started.code()).as(started.text()).isEqualTo(201);
        return started.field("id");
    }

    private static RunningStack.Answer hover(int line) {
        return stack.post(sandbox + "/lsp/hover", json(Map.of("path", FAKE + "/a.py", "position", place(line))));
    }

    private static String symbols(String path) {
        return asked("symbols/document", Map.of("path", path)).text();
    }

    private static String server(LspProject project) {
        return start(project.language(), project.directory(), project.settings());
    }

    private static String start(String language, String directory, String more) {
        run("rm -f ~/.local/bin/pyright-langserver");
        var answer = stack.post(
                sandbox + "/lsp/servers",
                "{\"language\":\"" + language + "\",\"projectPath\":\"" + directory + "\"" + more + "}");
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
        return answer.field("id");
    }

    /** On a busy machine a server may need longer than one request waits. */
    private static RunningStack.Answer asked(String operation, Map<String, Object> body) {
        return awaitAnswer(
                () -> stack.post(sandbox + "/lsp/" + operation, json(body)), answer -> answer.code() != NO_TIME);
    }

    private interface Call {
        RunningStack.Answer make();
    }

    private static RunningStack.Answer awaitAnswer(Call call, Predicate<RunningStack.Answer> isDone) {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        for (; ; ) {
            var answer = call.make();
            if (isDone.test(answer)) {
                return answer;
            }
            assertThat(System.nanoTime()).as(answer.text()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    private static Map<String, Object> about(LspProject project, Object... more) {
        var body = new HashMap<String, Object>();
        body.put("path", project.path());
        for (var i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return body;
    }

    private static List<?> list(RunningStack.Answer answer, String field) {
        return answer.json().get(field) instanceof List<?> list ? list : List.of();
    }

    private static Map<String, Integer> place(int line) {
        return place(line, 0);
    }

    private static Map<String, Integer> place(int line, int character) {
        return Map.of("line", line, "character", character);
    }

    private static void write(String path, String content) {
        var answer = stack.post(sandbox + "/files/write", json(Map.of("path", path, "content", content)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static void run(String command) {
        var answer = stack.post(sandbox + "/process/run", json(Map.of("command", command)));
        assertThat(answer.json()).as(answer.text()).containsEntry("exitCode", 0);
    }

    private static String json(Object value) {
        try {
            return new String(JSON.writeValueAsBytes(value), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
