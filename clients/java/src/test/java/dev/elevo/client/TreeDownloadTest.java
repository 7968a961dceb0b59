package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a sandbox may be made to harm whoever fetches it. */
class TreeDownloadTest {
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

    @Test
    void nothing_is_written_through_a_link_that_an_earlier_download_left() throws IOException {
        var outside = Files.createDirectory(folder.resolve("outside"));
        var target = Files.createDirectory(folder.resolve("target"));
        Files.createSymbolicLink(target.resolve("a"), outside);
        Files.createSymbolicLink(target.resolve("file"), outside.resolve("file"));
        service.then(200, entry("/d", "dir"))
                .then(
                        200,
                        "{\"data\":[" + entry("/d/a", "dir") + "," + entry("/d/a/key", "file") + ","
                                + entry("/d/file", "file") + "],\"pagination\":{\"hasMore\":false}}")
                .then(200, "1")
                .then(200, "2");
        var told = new ArrayList<Long>();

        client.sandbox("box").files().downloadTree("/d", target, (done, total) -> told.add(done * 10 + total));

        try (var left = Files.list(outside)) {
            assertThat(left).isEmpty();
        }
        assertThat(target.resolve("a/key")).hasContent("1").isRegularFile();
        assertThat(target.resolve("file")).hasContent("2");
        assertThat(Files.isSymbolicLink(target.resolve("file"))).isFalse();
        assertThat(told).startsWith(2L).endsWith(22L);
    }

    @Test
    void directories_are_as_open_as_they_were_and_filled_before_they_are_closed() throws IOException {
        var target = folder.resolve("target");
        service.then(200, entry("/d", "dir", 0700))
                .then(
                        200,
                        "{\"data\":[" + entry("/d/a", "dir", 0555) + "," + entry("/d/a/b", "dir", 0750) + ","
                                + entry("/d/a/b/f", "file", 0640) + "],\"pagination\":{\"hasMore\":false}}")
                .then(200, "1");

        client.sandbox("box").files().downloadTree("/d", target, Progress.NONE);

        assertThat(mode(target)).isEqualTo("rwx------");
        assertThat(mode(target.resolve("a"))).isEqualTo("r-xr-xr-x");
        assertThat(mode(target.resolve("a/b"))).isEqualTo("rwxr-x---");
        assertThat(mode(target.resolve("a/b/f"))).isEqualTo("rw-r-----");
        Files.setPosixFilePermissions(target.resolve("a"), PosixFilePermissions.fromString("rwx------"));
    }

    private static String mode(Path place) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(place));
    }

    @Test
    void what_claims_to_be_elsewhere_is_refused() {
        service.then(200, entry("/d", "dir"))
                .then(200, "{\"data\":[" + entry("/d/../e", "file") + "],\"pagination\":{\"hasMore\":false}}");

        assertThatThrownBy(() -> client.sandbox("box").files().downloadTree("/d", folder.resolve("t"), Progress.NONE))
                .hasMessageContaining("not below /d");
        assertThat(folder.resolve("e")).doesNotExist();
    }

    @Test
    void a_file_that_breaks_off_goes_on_where_it_was() throws IOException {
        var target = folder.resolve("f");
        service.then(200, entry("/f", "file")).thenBreaksOff("who").then(206, "whole");
        var told = new ArrayList<Long>();

        client.sandbox("box").files().download("/f", target, (done, total) -> told.add(done));

        assertThat(target).hasContent("whole");
        assertThat(service.requests().getLast().range()).startsWith("bytes=");
        assertThat(told).isSorted().endsWith(5L);
    }

    @Test
    void it_begins_anew_when_the_file_is_another_by_now() throws IOException {
        var target = Files.writeString(folder.resolve("f"), "old");
        service.then(200, entry("/f", "file")).thenBreaksOff("hal").then(200, "whole");

        client.sandbox("box").files().download("/f", target);

        assertThat(target).hasContent("whole");
        // As it was there, but nobody's rights come along.
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }

    @Test
    void what_was_there_stays_until_all_of_the_new_has_come() throws IOException {
        var target = Files.writeString(folder.resolve("f"), "old");
        service.then(200, entry("/f", "file"));
        for (var i = 0; i < 4; i++) {
            service.thenBreaksOff("hal");
        }

        assertThatThrownBy(() -> client.sandbox("box").files().download("/f", target))
                .isInstanceOf(UnreachableException.class);

        assertThat(target).hasContent("old");
    }

    private static String entry(String path, String type) {
        return entry(path, type, 04755);
    }

    private static String entry(String path, String type, int mode) {
        return """
                {"name": "n", "path": "%s", "type": "%s", "size": 1, "mode": %d, "permissions": "", "owner": "u", "group": "g", \
                "modifiedAt": "2026-01-01T00:00:00.000Z", "accessedAt": "2026-01-01T00:00:00.000Z", "hidden": false}""".formatted(path, type, mode);
    }
}
