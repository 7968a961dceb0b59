package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.LspConfiguration;
import dev.elevo.agent.files.TestFiles;
import dev.elevo.agent.helper.RealHelper;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.lsp.CompletionQuery;
import dev.elevo.contract.lsp.Diagnostic;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The agent with the real server that {@code ./elevo doctor --install-lsp} brings. */
@Timeout(120)
@EnabledIf("isInstalled")
final class TypescriptTest {
    private static final String SANDBOX = Ids.SANDBOX.random();
    private static final String LIB = "export function add(a: number, b: number): number {\n  return a + b;\n}\n";
    private static final String MAIN =
            "import { add } from \"./lib\";\nconst s: string = \"x\";\nconsole.log(add(1, 2), s.length);\n";
    private static final Position CALL = new Position(2, 13);

    @TempDir
    private Path directory;

    private Path project;
    private RealHelper helper;
    private TestFiles files;
    private Server server;

    static boolean isInstalled() {
        return Files.isExecutable(programs().resolve("typescript-language-server"));
    }

    private static Path programs() {
        var home = Optional.ofNullable(System.getenv("ELEVO_LSP_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache/elevo/lsp"));
        return Path.of(home.resolve("current") + LspConfiguration.INSIDE + "/bin");
    }

    @BeforeEach
    void start() throws IOException {
        project = Files.createDirectory(directory.resolve("project"));
        write("tsconfig.json", "{\"compilerOptions\": {\"strict\": true}}");
        write("lib.ts", LIB);
        write("main.ts", MAIN);
        helper = new RealHelper(directory);
        var host = new ProcessHost(spec(), true, helper.socket(), directory.resolve("state"), () -> 0, () -> false);
        files = new TestFiles(id -> Optional.of(host));
        server = new Server(
                host,
                new Server.Project(
                        LspLanguage.TYPESCRIPT, project.toString(), Settings.of(Map.of()), Duration.ofSeconds(30)),
                new MessageRoom(directory.resolve("spool")),
                files.files(),
                Instant::now,
                new AnswerBound(ObjectMapper.getDefault()),
                Optional.of(programs().toString()));
    }

    private SandboxSpec spec() {
        return new SandboxSpec(
                SANDBOX,
                "host",
                Map.of("PATH", "/usr/bin:/bin"),
                project.toString(),
                RealHelper.user(),
                "/bin/sh",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null,
                null);
    }

    @AfterEach
    void stop() throws IOException {
        server.stop().join();
        files.close();
        helper.close();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(project.resolve(name), content);
    }

    private <T> T ask(Function<Queries, T> question) {
        var soon = Deadline.in(Duration.ofSeconds(60));
        var running = server.running(soon).orElseThrow();
        try (var document = running.documents().bring(project.resolve("main.ts").toString())) {
            return question.apply(new Queries(
                    server.id(),
                    running.live(),
                    new AnswerBound(ObjectMapper.getDefault()),
                    document.uri(),
                    document.counting(),
                    soon));
        }
    }

    private List<String> diagnostics() {
        return ask(Queries::diagnostics).diagnostics().stream()
                .map(Diagnostic::message)
                .toList();
    }

    @Test
    void the_first_answer_knows_the_other_files() {
        assertThat(ask(document -> document.definition(CALL)).locations())
                .singleElement()
                .satisfies(location -> assertThat(location.uri()).endsWith("/lib.ts"));
    }

    @Test
    void the_first_completion_knows_types() throws IOException {
        write("main.ts", "const s: string = \"x\";\ns.\n");

        var query =
                new CompletionQuery(project.resolve("main.ts").toString(), null, new Position(1, 2), "invoked", null);

        assertThat(ask(document -> document.completion(query)).items())
                .extracting("label")
                .contains("toUpperCase");
    }

    @Test
    void the_first_diagnostics_are_complete() throws IOException {
        write("main.ts", MAIN.replace("add", "other"));

        assertThat(diagnostics()).singleElement().asString().contains("no exported member");
    }

    @Test
    void a_change_of_another_file_is_known_at_once() throws IOException {
        assertThat(diagnostics()).isEmpty();

        write("lib.ts", LIB.replace("add", "plus"));
        assertThat(diagnostics()).singleElement().asString().contains("no exported member 'add'");

        write("lib.ts", LIB);
        assertThat(diagnostics()).isEmpty();
    }

    @Test
    void a_file_that_appears_and_goes_is_known_at_once() throws IOException {
        Files.delete(project.resolve("lib.ts"));
        assertThat(diagnostics()).singleElement().asString().contains("Cannot find module");

        write("lib.ts", LIB);
        assertThat(diagnostics()).isEmpty();

        Files.delete(project.resolve("lib.ts"));
        assertThat(diagnostics()).singleElement().asString().contains("Cannot find module");
    }

    @Test
    void a_change_without_a_mistake_before_and_after_is_answered() throws IOException {
        assertThat(diagnostics()).isEmpty();

        write("main.ts", MAIN + "\n");

        assertThat(diagnostics()).isEmpty();
    }
}
