package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that do not stand on the host's own system. */
final class TemplatesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    @TempDir
    private Path home;

    @TempDir
    private Path work;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException, IOException {
        agent = new RealAgent(home);
        agent.requireWalls();
        system(work.resolve("tiny"));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    @Tag("slow")
    void a_directory_becomes_a_template_while_the_agent_runs() throws IOException {
        Files.writeString(work.resolve("tiny/etc/motd"), "tiny\n");
        assertThatThrownBy(() -> create("tiny"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        thrown -> assertThat(thrown.failure().code()).isEqualTo(ErrorCode.TEMPLATE_NOT_FOUND));

        write("tiny: {directory: %s}".formatted(work.resolve("tiny")));
        await("it is listed", () -> templates().equals(List.of("base", "tiny")));

        var id = create("tiny");
        assertThat(agent.run(id, "id -un; pwd; echo \"$SHELL\"; cat /etc/motd; echo mine > note && cat note")
                        .stdout())
                .isEqualTo("user\n/home/user\n/bin/sh\ntiny\nmine\n");
        assertThat(agent.run(id, "ls /usr/share /usr/lib/jvm").exitCode())
                .as("nothing of the host")
                .isNotZero();
        assertThat(agent.run(id, "root", "echo changed > /etc/motd && cat /etc/motd; ls -n /bin/sh")
                        .stdout())
                .startsWith("changed\n")
                .contains(" 0 0 ");
        assertThat(agent.run(id, "root", "echo x > /.elevo/init").exitCode()).isNotZero();
        assertThat(agent.run(id, "cat /etc/hosts /etc/resolv.conf").stdout()).contains("localhost");
        assertThat(agent.run(create("tiny"), "cat /etc/motd").stdout()).isEqualTo("tiny\n");
        assertThat(work.resolve("tiny/etc/motd")).hasContent("tiny\n");
    }

    @Test
    void the_programs_of_the_host_start_in_base_and_nothing_secret_of_it_is_there() {
        var id = create("base");
        for (var program : List.of("java --version", "javac --version", "python3 -V", "perl -v", "vim --version")) {
            var name = program.substring(0, program.indexOf(' '));
            if (agent.run(id, "command -v " + name).exitCode() != 0) {
                System.err.println("not tried: this host has no " + name);
                continue;
            }
            var result = agent.run(id, program);
            assertThat(result.exitCode()).as("%s: %s", program, result).isZero();
            assertThat(result.stderr()).as(program).isEmpty();
        }
        assertThat(agent.run(id, "find -L /usr/lib/jvm -maxdepth 5 -type l -lname '/etc/*'")
                        .stdout())
                .as("links of the host's Java that lead nowhere")
                .isEmpty();
        assertThat(agent.run(
                                id,
                                "root",
                                "ls -d /etc/shadow /etc/gshadow /etc/ssh /etc/ssl/private /etc/maven/settings.xml")
                        .stdout())
                .isEmpty();
    }

    @Test
    @Tag("slow")
    void archives_become_templates_with_their_defaults() throws IOException {
        run(
                "tar",
                "-C",
                work.resolve("tiny").toString(),
                "-czf",
                work.resolve("tiny.tar.gz").toString(),
                ".");
        run(
                "tar",
                "-C",
                work.resolve("tiny").toString(),
                "--zstd",
                "-cf",
                work.resolve("tiny.tar.zst").toString(),
                ".");
        write("""
                gzip: {tarball: %1$s/tiny.tar.gz, env: {COLOUR: blue, KEPT: yes}, workDir: /srv/work, user: root}
                zstd: {tarball: %1$s/tiny.tar.zst}
                """.formatted(work));
        await("both are listed", () -> templates().equals(List.of("base", "gzip", "zstd")));

        var id = create("gzip", Map.of("COLOUR", "red"));
        assertThat(agent.run(id, null, "id -un").stdout()).isEqualTo("root\n");
        assertThat(agent.run(id, null, "echo $COLOUR $KEPT; pwd").stdout()).isEqualTo("red yes\n/srv/work\n");
        assertThat(agent.run(create("zstd"), "id -un").stdout()).isEqualTo("user\n");
    }

    @Test
    @Tag("slow")
    void an_image_is_its_layers_in_order() throws IOException {
        var layout = image();
        run("tar", "-C", layout.toString(), "-cf", work.resolve("image.tar").toString(), ".");
        write("""
                image: {image: %1$s, tag: v1}
                packed: {image: %1$s.tar}
                other: {image: %1$s, tag: v2}
                """.formatted(work.resolve("image")));
        await("both are listed", () -> templates().equals(List.of("base", "image", "packed")));

        for (var template : List.of("image", "packed")) {
            var id = create(template);
            assertThat(agent.run(id, "cat /both; ls /gone 2>/dev/null; ls /opaque; echo $FROM; pwd; id -un")
                            .stdout())
                    .isEqualTo("second\nnew\nimage\n/app\nuser\n");
        }
    }

    @Test
    void what_is_hostile_or_broken_is_not_listed_and_costs_no_other() throws IOException {
        Files.writeString(work.resolve("x"), "x");
        run("tar", "-C", work.toString(), "-P", "--transform", "s,^,../../,", "-cf", work + "/hostile.tar", "x");
        var layout = image();
        try (var blobs = Files.list(layout.resolve("blobs/sha256"))) {
            for (var blob : blobs.filter(blob -> isLarge(blob)).toList()) {
                Files.write(blob, new byte[] {0}, StandardOpenOption.APPEND);
            }
        }
        write("""
                sound: {directory: %1$s/tiny}
                hostile: {tarball: %1$s/hostile.tar}
                forged: {image: %1$s/image}
                missing: {tarball: %1$s/nothing.tar}
                base: {directory: %1$s/tiny}
                both: {directory: %1$s/tiny, tarball: %1$s/hostile.tar}
                typo: {directroy: %1$s/tiny}
                Name: {directory: %1$s/tiny}
                last: {directory: %1$s/tiny}
                """.formatted(work));

        await("the sound ones are listed", () -> templates().equals(List.of("base", "last", "sound")));
        assertThat(agent.run(create("last"), "echo well").stdout()).isEqualTo("well\n");
        try (var left = Files.list(home.resolve("agent/templates"))) {
            assertThat(left.filter(path -> !path.getFileName().toString().startsWith("base-")))
                    .hasSize(2);
        }
    }

    @Test
    @Tag("slow")
    void who_stands_on_a_template_keeps_it() throws IOException {
        write("tiny: {directory: %s}".formatted(work.resolve("tiny")));
        await("it is listed", () -> templates().contains("tiny"));
        var id = create("tiny");
        agent.run(id, "echo mine > note");

        write("# nothing");
        await("it is not listed", () -> templates().equals(List.of("base")));
        agent.restart();

        assertThat(agent.run(id, "cat note").stdout()).isEqualTo("mine\n");
        var spec =
                agent.context().getBean(Residents.class).get(id).orElseThrow().spec();
        var driver = agent.context().getBean(IsolationDriver.class);
        var other = agent.context().getBean(Places.class).fresh();
        assertThatThrownBy(() -> driver.start(other, spec)).hasMessageContaining("the template tiny is gone");
        driver.remove(other);
        assertThatThrownBy(() -> create("tiny")).isInstanceOf(ApiException.class);

        agent.sandboxes().delete(id);
        agent.restart();
        await("it is gone", () -> unpacked().isEmpty());
    }

    @Test
    void a_template_is_unpacked_once() throws IOException {
        write("tiny: {directory: %s}".formatted(work.resolve("tiny")));
        await("it is listed", () -> templates().contains("tiny"));
        var before = unpacked();

        agent.restart();
        await("it is listed again", () -> templates().contains("tiny"));
        assertThat(unpacked()).isEqualTo(before).hasSize(1);

        Files.writeString(work.resolve("tiny/etc/motd"), "another\n");
        agent.restart();
        await(
                "it is made anew",
                () -> templates().contains("tiny") && !unpacked().equals(before));
        assertThat(agent.run(create("tiny"), "cat /etc/motd").stdout()).isEqualTo("another\n");
        await("the old one is gone", () -> unpacked().size() == 1);
    }

    private List<String> unpacked() {
        try (var all = Files.list(home.resolve("agent/templates"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("base-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> templates() {
        return agent.sandboxes().host().templates();
    }

    private String create(String template) {
        return create(template, Map.of());
    }

    private String create(String template, Map<String, String> env) {
        return agent.create(new SandboxSpec(
                Ids.SANDBOX.random(),
                template,
                env,
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                RealAgent.OFFLINE,
                List.of(),
                null,
                null));
    }

    /** Whole or not at all, as an editor does it. */
    private void write(String yaml) throws IOException {
        var part = Files.writeString(home.resolve("templates.new"), yaml);
        Files.move(part, home.resolve("templates.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Some programs of the host, and what they load. */
    private void system(Path root) throws IOException {
        for (var directory : List.of("bin", "etc", "lib")) {
            Files.createDirectories(root.resolve(directory));
        }
        for (var program : List.of("sh", "cat", "ls", "id", "mkdir", "chown")) {
            var from = Path.of("/usr/bin", program);
            copy(from, root.resolve("bin/" + program));
            var log = work.resolve("ldd.log");
            Command.run(List.of("ldd", from.toString()), work, log, PATIENCE);
            var libraries = LIBRARY.matcher(Files.readString(log));
            while (libraries.find()) {
                copy(Path.of(libraries.group(1)), root.resolve("." + libraries.group(1)));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.resolveSibling(""));
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Two layers, of which the second takes away and adds. */
    private Path image() throws IOException {
        var tiny = work.resolve("tiny");
        Files.writeString(tiny.resolve("both"), "first\n");
        Files.writeString(tiny.resolve("gone"), "first\n");
        Files.createDirectories(tiny.resolve("opaque"));
        Files.writeString(tiny.resolve("opaque/old"), "first\n");
        var second = work.resolve("second");
        Files.createDirectories(second.resolve("opaque"));
        Files.writeString(second.resolve("both"), "second\n");
        Files.writeString(second.resolve(".wh.gone"), "");
        Files.writeString(second.resolve("opaque/.wh..wh..opq"), "");
        Files.writeString(second.resolve("opaque/new"), "second\n");
        var layout = work.resolve("image");
        Files.createDirectories(layout.resolve("blobs/sha256"));
        var layers = new ArrayList<String>();
        for (var layer : List.of(tiny, second)) {
            var archive = work.resolve("layer.tar.gz");
            run("tar", "-C", layer.toString(), "-czf", archive.toString(), ".");
            layers.add(blob(layout, Files.readAllBytes(archive)));
        }
        var config = blob(
                layout,
                text("{\"architecture\":\"any\",\"config\":{\"Env\":[\"FROM=image\"],\"WorkingDir\":\"/app\"}}"));
        var manifest = blob(
                layout,
                text("{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}"
                        .formatted(config, String.join(",", layers))));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                layout.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[%s]}"
                        .formatted(manifest.replaceFirst(
                                "}$", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"}}")));
        return layout;
    }

    private static byte[] text(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String blob(Path layout, byte[] bytes) throws IOException {
        try {
            var name = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            Files.write(layout.resolve("blobs/sha256").resolve(name), bytes);
            return "{\"mediaType\":\"x\",\"digest\":\"sha256:%s\",\"size\":%d}".formatted(name, bytes.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isLarge(Path blob) {
        return Files.exists(blob, LinkOption.NOFOLLOW_LINKS) && blob.toFile().length() > 100_000;
    }

    private void run(String... words) throws IOException {
        Command.run(List.of(words), work, work.resolve("run.log"), PATIENCE);
    }
}
