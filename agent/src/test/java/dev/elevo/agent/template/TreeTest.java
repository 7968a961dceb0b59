package dev.elevo.agent.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What archives become, and what they cannot reach. */
final class TreeTest {
    private static final Owners AS_INSIDE = new Owners(0);

    @TempDir
    private Path home;

    private Path root;
    private Path secret;

    @BeforeEach
    void start() throws IOException {
        var isRoot = "root".equals(System.getProperty("user.name"));
        if (!isRoot) {
            System.err.println("skipped: only root gives files away");
        }
        assumeTrue(isRoot, "only root gives files away");
        root = home.resolve("deep/deeper/tree");
        Files.createDirectories(root.getParent());
        secret = Files.writeString(home.resolve("secret"), "untouched");
    }

    @Test
    void an_archive_becomes_what_it_says() throws IOException {
        unpack(new TarWriter()
                .directory("./")
                .directory("bin/")
                .file("bin/tool", 04755, "#!/bin/sh")
                .symbolicLink("tool", "/bin/tool")
                .hardLink("bin/same", "bin/tool"));

        var tool = root.resolve("bin/tool");
        assertThat(tool).hasContent("#!/bin/sh");
        assertThat(Files.getAttribute(tool, "unix:mode")).isEqualTo(0104755);
        assertThat(Files.getAttribute(tool, "unix:uid")).isEqualTo(1000);
        assertThat(Files.getAttribute(tool, "unix:gid")).isEqualTo(100);
        assertThat(Files.getLastModifiedTime(tool).toMillis()).isEqualTo(1_000_000_000_000L);
        assertThat(Files.readSymbolicLink(root.resolve("tool"))).isEqualTo(Path.of("/bin/tool"));
        assertThat(Files.isSameFile(root.resolve("bin/same"), tool)).isTrue();
    }

    @Test
    void names_may_be_long_and_of_any_language() throws IOException {
        var name = "n".repeat(150) + "/" + "m".repeat(150);
        unpack(new TarWriter()
                .extension('L', name + "\0")
                .file("short", "by GNU")
                .extension('x', TarWriter.record("path", "Főtanúsítvány/" + name) + TarWriter.record("uid", "70000"))
                .file("short", "by POSIX")
                .file("last", "plain"));

        assertThat(root.resolve(name)).hasContent("by GNU");
        assertThat(root.resolve("Főtanúsítvány").resolve(name)).hasContent("by POSIX");
        assertThat(Files.getAttribute(root.resolve("Főtanúsítvány").resolve(name), "unix:uid"))
                .as("nobody, for whom there is no room")
                .isEqualTo(65_534);
        assertThat(root.resolve("last")).hasContent("plain");
    }

    @Test
    void a_link_is_followed_as_it_is_inside() throws IOException {
        unpack(new TarWriter()
                .directory("usr/")
                .symbolicLink("lib", "usr/lib")
                .directory("usr/lib/")
                .file("lib/code", "code")
                .symbolicLink("outside", home.toString())
                .file("outside/secret", "inside"));

        assertThat(root.resolve("usr/lib/code")).hasContent("code");
        assertThat(secret).hasContent("untouched");
        assertThat(root.resolve("." + home).resolve("secret")).hasContent("inside");
    }

    @Test
    void a_link_is_replaced_and_not_written_through() throws IOException {
        unpack(new TarWriter().symbolicLink("file", secret.toString()).file("file", "new"));

        assertThat(secret).hasContent("untouched");
        assertThat(root.resolve("file")).hasContent("new");
        assertThat(Files.isSymbolicLink(root.resolve("file"))).isFalse();
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("an absolute name", new TarWriter().file("/tmp/x", "")),
                Arguments.of("a name that leads out", new TarWriter().file("../secret", "")),
                Arguments.of("a name that leads out later", new TarWriter().file("a/../../../../secret", "")),
                Arguments.of(
                        "a link that leads out",
                        new TarWriter().symbolicLink("up", "../../..").file("up/secret", "")),
                Arguments.of(
                        "a chain of links that leads out",
                        new TarWriter()
                                .directory("a/")
                                .symbolicLink("a/b", "..")
                                .symbolicLink("c", "a/b/..")
                                .file("c/secret", "")),
                Arguments.of(
                        "a circle of links",
                        new TarWriter()
                                .symbolicLink("a", "b")
                                .symbolicLink("b", "a")
                                .file("a/x", "")),
                Arguments.of("a hard link that leads out", new TarWriter().hardLink("x", "../../../secret")),
                Arguments.of("an absolute hard link", new TarWriter().hardLink("x", "/etc/passwd")),
                Arguments.of("a hard link to nothing", new TarWriter().hardLink("x", "y")),
                Arguments.of("a device", new TarWriter().special('3', "null")),
                Arguments.of("a disk", new TarWriter().special('4', "sda")),
                Arguments.of("a pipe", new TarWriter().special('6', "pipe")),
                Arguments.of("a kind nobody knows", new TarWriter().special('S', "sparse")),
                Arguments.of("a file without a name", new TarWriter().file("./", "")),
                Arguments.of(
                        "a file as a directory", new TarWriter().file("a", "").file("a/b", "")),
                Arguments.of("a link to nowhere", new TarWriter().symbolicLink("x", "")),
                Arguments.of(
                        "records that are none",
                        new TarWriter().extension('x', "99 path=x\n").file("x", "")),
                Arguments.of(
                        "no number",
                        new TarWriter().extension('x', "10 uid=-5\n").file("x", "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void what_means_harm_is_refused(String name, TarWriter archive) throws IOException {
        assertThatThrownBy(() -> unpack(archive)).isInstanceOf(HostileArchiveException.class);

        nothingElseWasTouched();
    }

    static Stream<Arguments> hostileLayers() {
        return Stream.of(
                Arguments.of("of the directory above", new TarWriter().file(".wh...", "")),
                Arguments.of("of its own directory", new TarWriter().file("a/.wh..", "")),
                Arguments.of("of nothing", new TarWriter().file(".wh.", "")),
                Arguments.of(
                        "behind a link",
                        new TarWriter().symbolicLink("up", "../../..").file("up/.wh.secret", "")),
                Arguments.of("that leads out", new TarWriter().file("../../.wh.secret", "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileLayers")
    void a_whiteout_that_means_harm_is_refused(String name, TarWriter layer) throws IOException {
        var tree = new Tree(root, AS_INSIDE, () -> true);
        tree.unpack(new TarWriter().directory("a/").file("a/kept", "").reader());

        assertThatThrownBy(() -> tree.apply(layer.reader())).isInstanceOf(HostileArchiveException.class);

        nothingElseWasTouched();
        assertThat(root.resolve("a/kept")).exists();
    }

    @Test
    void layers_change_what_was_before_them() throws IOException {
        var tree = new Tree(root, AS_INSIDE, () -> true);
        tree.apply(new TarWriter()
                .file("gone", "1")
                .file("dir/gone", "1")
                .file("dir/kept", "1")
                .file("opaque/old", "1")
                .file("opaque/deep/old", "1")
                .file("file", "1")
                .reader());

        tree.apply(new TarWriter()
                .file(".wh.gone", "")
                .file("dir/.wh.gone", "")
                .file("dir/.wh.never-there", "")
                .file("opaque/deep/new", "2")
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/later", "2")
                .file("opaque/.wh..wh.plnk", "a note of another program")
                .directory("file/")
                .file("file/now", "2")
                .reader());

        try (var files = Files.walk(root)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString()))
                    .containsExactlyInAnyOrder("dir/kept", "opaque/deep/new", "opaque/later", "file/now");
        }
    }

    @Test
    void what_is_cut_off_or_no_archive_is_refused() {
        var whole = new TarWriter().file("file", "x".repeat(5000)).bytes();

        assertThatThrownBy(() -> unpack(Arrays.copyOf(whole, 3000))).hasMessage("the archive is cut off");
        var text = "no archive ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(text)).next())
                .isInstanceOf(HostileArchiveException.class);
    }

    @Test
    @Tag("slow")
    void a_file_larger_than_the_host_has_room_for_is_given_up() {
        var bomb = new TarWriter().file("zeros", "\0".repeat(70 << 20));

        assertThatThrownBy(() -> new Tree(root, AS_INSIDE, () -> false).unpack(bomb.reader()))
                .hasMessageContaining("nearly full");
    }

    @Test
    void whatever_an_archive_holds_nothing_else_is_touched() throws IOException {
        var sound = new TarWriter()
                .directory("a/")
                .symbolicLink("a/up", "..")
                .symbolicLink("out", "../..")
                .file("a/up/file", "1")
                .hardLink("b", "a/up/file")
                .extension('x', TarWriter.record("path", "c/d"))
                .file("x", "2")
                .file("c/.wh.d", "")
                .bytes();
        var random = new Random(20_261_127);
        for (int i = 0; i < 1000; i++) {
            var bytes = sound.clone();
            for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
                var header = random.nextInt(bytes.length / 512) * 512;
                bytes[header + random.nextInt(300)] = (byte) ".../\0a7215xgLK".charAt(random.nextInt(14));
                repairChecksum(bytes, header);
            }
            var target = Files.createTempDirectory(root.getParent(), "t").resolve("tree");
            try {
                new Tree(target, AS_INSIDE, () -> true).apply(new TarReader(new ByteArrayInputStream(bytes)));
            } catch (IOException | InvalidPathException refused) {
                assertThat(refused.getMessage()).isNotNull();
            }
            try (var beside = Files.list(target.getParent())) {
                assertThat(beside).containsExactly(target);
            }
            try (var above = Files.list(home)) {
                assertThat(above).hasSize(2);
            }
            try (var files = Files.walk(target.getParent())) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        assertThat(secret).hasContent("untouched");
    }

    /** Or nothing behind it would ever be tried. */
    private static void repairChecksum(byte[] bytes, int header) {
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? ' ' : bytes[header + i] & 0xFF;
        }
        var digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(digits, 0, bytes, header + 148, digits.length);
    }

    private void nothingElseWasTouched() throws IOException {
        assertThat(secret).hasContent("untouched");
        try (var files = Files.walk(home)) {
            assertThat(files.filter(file -> !file.startsWith(root))
                            .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)))
                    .containsExactly(secret);
        }
    }

    private void unpack(TarWriter archive) throws IOException {
        unpack(archive.bytes());
    }

    private void unpack(byte[] archive) throws IOException {
        new Tree(root, AS_INSIDE, () -> true).unpack(new TarReader(new ByteArrayInputStream(archive)));
    }
}
