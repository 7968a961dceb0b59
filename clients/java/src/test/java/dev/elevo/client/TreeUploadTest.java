package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeUploadTest {
    private static final String RAN =
            "{\"exitCode\":0,\"stdout\":\"\",\"stderr\":\"\",\"durationMs\":5,\"timedOut\":false,\"truncated\":false}";

    @TempDir
    private Path folder;

    private FakeService service;
    private WorkspaceClient client;
    private Path project;

    @BeforeEach
    void start() throws IOException {
        service = new FakeService();
        client = service.client();
        project = directory(folder.resolve("project"), "rwxr-xr-x");
        Files.writeString(project.resolve("main.js"), "");
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    private static Path directory(Path place, String permissions) throws IOException {
        return Files.setPosixFilePermissions(
                Files.createDirectory(place), PosixFilePermissions.fromString(permissions));
    }

    @Test
    void a_directory_of_links_to_files_is_there_before_its_links() throws IOException {
        var links = directory(project.resolve(".bin"), "rwxr-xr-x");
        Files.createSymbolicLink(links.resolve("tool"), Path.of("../main.js"));
        service.then(200, "{}").then(200, "{}").then(200, RAN);

        client.sandbox("box").files().uploadTree(project, "/p", Progress.NONE);

        assertThat(targets()).containsExactly("mkdir", "write-batch", "run");
        assertThat(service.requests().getFirst().body()).contains("\"/p/.bin\"");
        assertThat(service.requests().getLast().body()).contains("\"../main.js\",\"/p/.bin/tool\"");
    }

    @Test
    void what_others_may_not_enter_they_may_not_enter_there() throws IOException {
        Files.writeString(directory(project.resolve("keys"), "rwx------").resolve("key"), "");
        service.then(200, "{}").then(200, RAN);

        client.sandbox("box").files().uploadTree(project, "/p", Progress.NONE);

        assertThat(targets()).containsExactly("write-batch", "run");
        assertThat(service.requests().getLast().body()).contains("chmod").contains("\"0700\",\"/p/keys\"");
    }

    @Test
    void but_the_directory_that_they_are_put_into_stays_as_it_is() throws IOException {
        Files.setPosixFilePermissions(project, PosixFilePermissions.fromString("rwx------"));
        service.then(200, "{\"exists\":true}").then(200, "{}");

        client.sandbox("box").files().uploadTree(project, "/p", Progress.NONE);

        assertThat(targets()).containsExactly("exists", "write-batch");
    }

    @Test
    void files_without_permissions_of_posix_go_without_them() throws IOException {
        try (var archive = FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            var inside = Files.createDirectory(archive.getPath("/project"));
            Files.writeString(inside.resolve("small"), "x");
            Files.writeString(inside.resolve("large"), "x".repeat(600_000));
            service.then(200, "{}").then(200, "{}");

            client.sandbox("box").files().uploadTree(inside, "/p", Progress.NONE);
        }

        assertThat(targets()).containsExactly("write-batch", "write");
        assertThat(service.requests().getFirst().body())
                .contains("\"/p/small\"")
                .doesNotContain("mode");
        assertThat(service.requests().getLast().target()).doesNotContain("mode");
    }

    private List<String> targets() {
        return service.requests().stream()
                .map(request -> request.target().replaceFirst("\\?.*", "").replaceFirst(".*/", ""))
                .toList();
    }
}
