package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is no regular file is no regular file afterwards, either. */
@Timeout(30)
class SandboxFilesTest {
    private static final String FILE = """
            {"name": "f", "path": "/f", "type": "file", "size": 5, "mode": 416, "permissions": "", "owner": "u", "group": "g", \
            "modifiedAt": "2026-01-01T00:00:00.000Z", "accessedAt": "2026-01-01T00:00:00.000Z", "hidden": false}""";

    /** Since who waits at a pipe would keep the client from its answers. */
    private static final Executor OWN_THREAD =
            task -> Thread.ofPlatform().daemon().start(task);

    @TempDir
    private Path folder;

    private FakeService service;
    private WorkspaceClient client;

    @BeforeEach
    void start() throws IOException {
        service = new FakeService();
        client = service.client();
    }

    @AfterEach
    void stop() {
        client.close();
        service.close();
    }

    private SandboxFiles files() {
        return client.sandbox("box").files();
    }

    private Path pipe() throws Exception {
        var pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    @Test
    void a_download_is_written_into_a_pipe_also_when_it_breaks_off() throws Exception {
        service.then(200, FILE).thenBreaksOff("who").then(206, "whole");
        var pipe = pipe();
        var read = CompletableFuture.supplyAsync(() -> text(pipe), OWN_THREAD);

        files().download("/f", pipe);

        assertThat(read.get()).isEqualTo("whole");
        assertThat(Files.isRegularFile(pipe)).isFalse();
    }

    @Test
    void a_download_goes_through_a_link() throws IOException {
        service.then(200, FILE).then(200, "whole").then(200, FILE).then(200, "again");
        var place = Files.createDirectory(folder.resolve("elsewhere")).resolve("place");
        var link = Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere/place"));

        files().download("/f", link); // which leads to nothing yet
        assertThat(place).hasContent("whole");
        files().download("/f", link);

        assertThat(place).hasContent("again");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        try (var left = Files.list(place.getParent())) {
            assertThat(left).containsExactly(place);
        }
    }

    @Test
    void what_comes_out_of_a_pipe_is_uploaded() throws Exception {
        service.then(200, "{}");
        var pipe = pipe();
        var written = CompletableFuture.runAsync(() -> write(pipe, "piped"), OWN_THREAD);

        files().upload(pipe, "/f");

        written.get();
        assertThat(service.requests().getFirst().body()).isEqualTo("piped");
    }

    @Test
    void so_is_a_file_that_tells_no_size() throws IOException {
        service.then(200, "{}").then(200, "{}");

        files().upload(Path.of("/proc/self/status"), "/f");
        files().upload(Files.createFile(folder.resolve("empty")), "/f");

        assertThat(service.requests().getFirst().body()).contains("Name:");
        assertThat(service.requests().getLast().body()).isEmpty();
    }

    @Test
    void permissions_come_along() throws IOException {
        service.then(200, FILE).then(200, "whole");
        var target = folder.resolve("f");

        files().download("/f", target);

        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void of_what_is_ended_in_its_middle_nothing_stays() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        var command = List.of(
                java,
                "-cp",
                System.getProperty("java.class.path"),
                Ended.class.getName(),
                folder.resolve("f").toString());

        assertThat(new ProcessBuilder(command).start().waitFor()).isEqualTo(7);

        assertThat(folder).isEmptyDirectory();
    }

    static final class Ended {
        private Ended() {}

        public static void main(String[] arguments) throws IOException {
            var part = PartFile.beside(Path.of(arguments[0]));
            System.exit(Files.exists(part.path()) ? 7 : 1);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
