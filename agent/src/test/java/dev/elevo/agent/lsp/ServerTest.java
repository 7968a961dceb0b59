package dev.elevo.agent.lsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.files.TestFiles;
import dev.elevo.agent.helper.RealHelper;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.lsp.HoverInfo;
import dev.elevo.contract.lsp.LspLanguage;
import dev.elevo.contract.lsp.Position;
import dev.elevo.contract.lsp.Range;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.testing.Eventually;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server of the agent with a program that tells in a hover what it was told itself: of files at the first column, else of a text. */
@Timeout(120)
final class ServerTest {
    private static final String SANDBOX = Ids.SANDBOX.random();
    private static final Duration IDLE = Duration.ofMinutes(10);

    @TempDir
    private Path directory;

    private final AnswerBound bound = new AnswerBound(ObjectMapper.getDefault());
    private Duration later = Duration.ZERO;
    private Path project;
    private RealHelper helper;
    private TestFiles files;
    private ProcessHost host;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        project = Files.createDirectory(directory.resolve("project"));
        keep("a.py", "a");
        helper = new RealHelper(directory);
        host = new ProcessHost(spec(), true, helper.socket(), directory.resolve("state"), () -> 0, () -> false);
        files = new TestFiles(id -> Optional.of(host));
        server = server(Map.of());
    }

    private Server server(Map<String, Object> settings) {
        return new Server(
                host,
                new Server.Project(
                        LspLanguage.PYTHON, project.toString(), Settings.of(settings), Duration.ofSeconds(30)),
                new MessageRoom(directory.resolve("spool")),
                files.files(),
                () -> Instant.now().plus(later),
                bound,
                Optional.empty());
    }

    private SandboxSpec spec() throws IOException {
        var programs = Files.createDirectory(directory.resolve("bin"));
        try (var fake = Objects.requireNonNull(getClass().getResourceAsStream("/lsp/telling-server.py"))) {
            var program = programs.resolve("pyright-langserver");
            Files.copy(fake, program);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            Files.createSymbolicLink(programs.resolve("pylsp"), program);
        }
        return new SandboxSpec(
                SANDBOX,
                "host",
                Map.of("PATH", programs + ":/usr/bin:/bin"),
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

    private Path write(String name, String content) throws IOException {
        return Files.writeString(project.resolve(name), content);
    }

    /** Long ago: what was written just now may be written again with the same time, and is told again. */
    private void keep(String name, String content) throws IOException {
        Files.setLastModifiedTime(write(name, content), FileTime.from(Instant.EPOCH));
    }

    private String path(String name) {
        return project.resolve(name).toString();
    }

    private Documents documents() {
        return running().documents();
    }

    private Server.Running running() {
        return server.running(soon()).orElseThrow();
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60));
    }

    /** What it was told: of watched files since it was last asked, and of the open one. */
    private String hover(String name) {
        return hover(name, 0).contents();
    }

    private HoverInfo hover(String name, int character) {
        var running = running();
        try (var document = running.documents().bring(path(name))) {
            var found = new Queries(server.id(), running.live(), bound, document.uri(), document.counting(), soon())
                    .hover(new Position(0, character));
            return Objects.requireNonNull(found.hover());
        }
    }

    @Test
    void what_changes_in_the_project_is_told_before_the_next_question() throws IOException {
        keep("b.py", "b");
        assertThat(hover("a.py")).isEqualTo("told []");
        write("b.py", "other");
        assertThat(hover("a.py")).contains("Changed b.py").doesNotContain("a.py");
        Files.createDirectories(project.resolve("c/.hidden"));
        Files.createDirectories(project.resolve("node_modules"));
        write("c/d.py", "d");
        write("c/.hidden/e.py", "e");
        write("node_modules/f.py", "f");
        assertThat(hover("a.py")).contains("Created c/d.py").doesNotContain("e.py", "f.py");
        Files.delete(project.resolve("b.py"));
        assertThat(hover("a.py")).contains("Deleted b.py");
        Eventually.await(() -> hover("a.py").equals("told []"));
    }

    @Test
    void what_befell_the_file_that_is_asked_about_is_told_behind_the_answer() throws IOException {
        assertThat(hover("a.py")).isEqualTo("told []");
        write("new.py", "n");
        assertThat(hover("new.py")).isEqualTo("told []");
        assertThat(hover("a.py")).contains("Created new.py");
    }

    @Test
    void one_that_counts_code_points_is_asked_and_understood() throws IOException {
        server.stop().join();
        server = server(Map.of("server", "pylsp"));
        keep("a.py", "😀😀xy");
        assertThat(hover("a.py", 5)).isEqualTo(new HoverInfo("y", range(5)));

        var part = TextShapes.range(new Range(new Position(0, 2), new Position(0, 4)));
        documents().openByClient(path("a.py"), "😀xyz", 1);
        documents()
                .changeByClient(
                        server.id(), path("a.py"), List.of(new TextDocumentContentChangeEvent(part, "😀")), null);
        assertThat(hover("a.py", 4)).isEqualTo(new HoverInfo("z", range(4)));
    }

    @Test
    void what_is_open_is_as_it_is_on_disk_also_by_a_link() throws IOException {
        server.stop().join();
        server = server(Map.of("server", "pylsp"));
        keep("a.py", "one");
        Files.createSymbolicLink(project.resolve("link.py"), Path.of("a.py"));
        for (var name : List.of("a.py", "link.py", "a.py", "link.py")) {
            assertThat(hover(name, 1).contents()).as(name).isEqualTo("n");
        }

        write("a.py", "two");

        for (var name : List.of("link.py", "a.py")) {
            assertThat(hover(name, 1).contents()).as(name).isEqualTo("w");
        }
    }

    private static Range range(int character) {
        return new Range(new Position(0, character), new Position(0, character + 1));
    }

    @Test
    void one_that_nobody_asks_is_ended_until_somebody_does() {
        hover("a.py");
        var first = running().live();
        server.look(IDLE);
        assertThat(server.isRunning()).isTrue();
        later = IDLE.plusSeconds(1);
        server.look(IDLE);
        assertThat(server.isRunning()).isFalse();
        assertThat(first.end().join()).isIn(new ServerEnd.Broken("idle"), new ServerEnd.Exited(false, 0));
        assertThat(hover("a.py")).isEqualTo("told []");
        assertThat(running().live()).isNotSameAs(first);
    }

    @Test
    void one_that_has_a_text_of_a_client_is_not_ended_for_being_idle() {
        documents().openByClient(path("a.py"), "of the client", 1);
        later = IDLE.plusSeconds(1);
        server.look(IDLE);
        assertThat(server.isRunning()).isTrue();
        assertThat(hover("a.py")).isEqualTo("told []");

        server.close(path("a.py"));
        later = later.plus(IDLE).plusSeconds(1);
        server.look(IDLE);
        assertThat(server.isRunning()).isFalse();
    }

    @Test
    void what_a_client_had_open_is_not_taken_from_disk_after_a_crash() throws IOException {
        keep("b.py", "b");
        var first = running();
        first.documents().openByClient(path("a.py"), "of the client", 1);
        first.live().kill("test");
        first.live().end().join();
        assertThatThrownBy(() -> hover("b.py")).isInstanceOf(ApiException.class);
        later = Duration.ofSeconds(2);

        assertThat(hover("b.py")).isEqualTo("told []");
        assertThatThrownBy(() -> hover("a.py"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.failure().details()).containsEntry("reason", "not_open"));
        documents()
                .changeByClient(server.id(), path("a.py"), List.of(new TextDocumentContentChangeEvent("whole")), null);
        assertThat(hover("a.py")).isEqualTo("told []");
        server.close(path("a.py"));
        assertThat(hover("a.py")).as("as it is on disk again").isEqualTo("told []");
    }

    @Test
    void what_others_do_not_read_costs_a_question_and_no_server() throws IOException {
        keep("large.py", "x".repeat(100_000));
        hover("a.py");
        var first = running().live();
        var others = List.of(Budget.OUTGOING.share(), Budget.OUTGOING.share(), Budget.OUTGOING.share());
        var most = 16 << 20;
        try {
            assertThat(others.get(0).take(most)).isTrue();
            assertThat(others.get(1).take(most)).isTrue();
            assertThat(others.get(2).take(3 * Budget.OWN)).isTrue();
            assertThatThrownBy(() -> hover("large.py"))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
            assertThat(first.isAlive()).isTrue();
        } finally {
            others.get(0).give(most);
            others.get(1).give(most);
            others.get(2).give(3 * Budget.OWN);
        }
        assertThat(hover("large.py")).isEqualTo("told []");
        assertThat(running().live()).isSameAs(first);
    }

    @Test
    void a_project_of_more_directories_than_there_is_room_for_is_not_looked_at() throws IOException {
        var watched = new ProjectFiles(
                SANDBOX, project.toString(), files.files(), Instant::now, new Budget(1 << 20, Budget.OWN));
        watched.remember();
        write("b.py", "b");
        assertThat(watched.changes()).hasSize(1);
        for (int i = 0; i < 400; i++) {
            Files.createDirectory(project.resolve("directory" + i));
        }

        assertThat(watched.changes()).isEmpty();

        write("c.py", "c");
        assertThat(watched.changes()).isEmpty();
    }
}
