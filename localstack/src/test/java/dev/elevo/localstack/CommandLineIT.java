package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.launch.CommandLineProgram;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The built command line as a process, against the local run. */
@Timeout(180)
final class CommandLineIT {
    private static final JsonMapper JSON = JsonMapper.createDefault();
    private static final String BOX = "command-line";
    private static final Path CLI = RunningStack.root().resolve("cli/target");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        assertThat(run("sandbox", "create", BOX).code()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        assertThat(run("sandbox", "rm", "--force", BOX).code()).isZero();
    }

    /** How a command has ended, and what it said. */
    record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) throws Exception {
        return run("", command(arguments));
    }

    /** The command line as it was built. */
    static List<String> command(String... arguments) throws IOException {
        String jar;
        try (var built = Files.newDirectoryStream(CLI, "cli-*.jar")) {
            jar = built.iterator().next().toString();
        }
        var classPath = jar + ":" + Files.readString(CLI.resolve("classpath"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(CommandLineProgram.options(RunningStack.root(), classPath));
        command.addAll(List.of("-cp", classPath, "dev.elevo.cli.Main"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** As from a checkout: nothing in the environment names the service but the home of the run. */
    private static ProcessBuilder builder(List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("WORKSPACE_"));
        builder.environment().put("ELEVO_HOME", SHARED.get().home().toString());
        return builder;
    }

    static Ended run(String input, List<String> command) throws Exception {
        var said = Files.createTempFile("elevo-cli", ".err");
        var process = builder(command).redirectError(said.toFile()).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("Broken pipe"); // it has ended and read nothing
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var ended = new Ended(process.waitFor(), out, Files.readString(said));
        Files.delete(said);
        return ended;
    }

    @Test
    void exec_ends_as_its_command_and_keeps_its_streams_apart() throws Exception {
        var ended = run("exec", BOX, "sh", "-c", "echo out; echo err >&2; exit 7");

        assertThat(ended).isEqualTo(new Ended(7, "out\n", "err\n"));
        assertThat(run("exec", "-n", BOX, "kill -TERM $$").code()).isEqualTo(128 + 15);
        assertThat(run("exec", "-n", "--timeout", "200ms", BOX, "sleep 100").code())
                .isEqualTo(124);
        assertThat(run("exec", "none", "true").code()).isEqualTo(255);
    }

    @Test
    void exec_passes_words_as_they_are_and_input_whole() throws Exception {
        assertThat(run("exec", BOX, "printf", "%s|", "a b", "$HOME", "--json").out())
                .isEqualTo("a b|$HOME|--json|");
        var input = "line of input\n".repeat(200_000);

        var counted = run(input, command("exec", BOX, "wc -c"));

        assertThat(counted.out().strip()).isEqualTo(String.valueOf(input.length()));
    }

    @Test
    void a_directory_goes_in_and_comes_out_as_it_was() throws Exception {
        var tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve("sub/empty"));
        Files.writeString(tree.resolve("a b"), "text");
        Files.createSymbolicLink(tree.resolve("sub/link"), Path.of("../a b"));
        Files.writeString(tree.resolve("run"), "#!/bin/sh\necho ran\n");
        Files.setPosixFilePermissions(tree.resolve("run"), PosixFilePermissions.fromString("rwxr-x---"));
        var links = Files.createDirectory(tree.resolve("links"));
        Files.createSymbolicLink(links.resolve("only"), Path.of("../run"));
        Files.setPosixFilePermissions(links, PosixFilePermissions.fromString("rwx------"));
        var large = new byte[6_000_000];
        new Random(2).nextBytes(large);
        Files.write(tree.resolve("sub/large"), large);

        assertThat(run("cp", tree.toString(), BOX + ":").code()).isZero();
        assertThat(run("exec", "-n", BOX, "tree/run && cat tree/sub/link").out())
                .isEqualTo("ran\ntext");
        assertThat(run("cp", BOX + ":tree", folder.resolve("back").toString()).code())
                .isZero();

        var difference = run(
                "",
                List.of(
                        "diff",
                        "-r",
                        "--no-dereference",
                        tree.toString(),
                        folder.resolve("back").toString()));
        assertThat(difference).isEqualTo(new Ended(0, "", ""));
        assertThat(Files.getPosixFilePermissions(folder.resolve("back/run")))
                .isEqualTo(PosixFilePermissions.fromString("rwxr-x---"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("back/links")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(folder.resolve("back/sub/empty")).isEmptyDirectory();
    }

    @Test
    void several_are_copied_into_a_directory_or_none_is() throws Exception {
        var one = Files.writeString(folder.resolve("one"), "1").toString();
        var two = Files.writeString(folder.resolve("two"), "2").toString();
        assertThat(run("exec", "-n", BOX, "mkdir several").code()).isZero();

        assertThat(run("cp", one, "--quiet", two, BOX + ":several").code()).isZero();
        var missing = run("cp", one, folder.resolve("three").toString(), BOX + ":several/new/");
        var intoFile = run("cp", one, two, BOX + ":several/one");
        var alike = run(
                "cp", one, folder.resolve("../" + folder.getFileName() + "/one").toString(), BOX + ":several");

        assertThat(run("exec", "-n", BOX, "cd several && grep -r . | sort").out())
                .isEqualTo("one:1\ntwo:2\n");
        assertRefused(missing, "no such file: ", "three");
        assertRefused(intoFile, "/several/one is none");
        assertRefused(alike, "two are named one");
        assertThat(run("exec", "-n", "-w", "several", BOX, "cat", "two").out()).isEqualTo("2");
        var back = Files.createDirectory(folder.resolve("several"));
        assertRefused(
                run("cp", BOX + ":several/one", BOX + ":several/three", back.toString()), "no such file: ", "three");
        assertThat(back).isEmptyDirectory();
        assertThat(run("cp", BOX + ":several/one", BOX + ":several/two", back.toString())
                        .code())
                .isZero();
        assertThat(back.resolve("one")).hasContent("1");
        assertThat(back.resolve("two")).hasContent("2");
    }

    private static void assertRefused(Ended ended, String... words) {
        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.err()).contains(words);
    }

    /** What it says is the terminal's own there, which keeps nothing apart. */
    private Ended inTerminal(String... arguments) throws Exception {
        var line = command(arguments).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        return run("", List.of("script", "--quiet", "--return", "--command", line, "/dev/null"));
    }

    @Test
    void who_watches_a_copy_sees_how_far_it_is_and_nobody_else() throws Exception {
        var file = folder.resolve("large");
        Files.write(file, new byte[9_000_000]);

        var watched = inTerminal("cp", file.toString(), BOX + ":/tmp/watched");
        var piped = run("cp", file.toString(), BOX + ":/tmp/piped");
        var quiet = inTerminal("cp", "--quiet", file.toString(), BOX + ":/tmp/quiet");

        assertThat(watched.code()).as(watched.out()).isZero();
        assertThat(watched.out()).contains("\rlarge  [", "] 100%  8.6 MiB  ");
        assertThat(piped).isEqualTo(new Ended(0, "", ""));
        assertThat(quiet).isEqualTo(new Ended(0, "", ""));
        assertThat(run("exec", "-n", BOX, "cat /tmp/watched /tmp/piped /tmp/quiet | wc -c")
                        .out()
                        .strip())
                .isEqualTo("27000000");
    }

    @Test
    void changes_of_state_are_told_as_they_happen() throws Exception {
        assertThat(run("sandbox", "create", "told").code()).isZero();
        var all = folder.resolve("all");
        var one = folder.resolve("one");
        var forAll = builder(command("events", "--json"))
                .redirectOutput(all.toFile())
                .redirectError(folder.resolve("all.err").toFile())
                .start();
        var forOne = builder(command("events", "--sandbox", "told"))
                .redirectOutput(one.toFile())
                .redirectError(folder.resolve("one.err").toFile())
                .start();
        try {
            // Nobody says when he listens.
            Eventually.await("both have told", () -> {
                assertThat(run("sandbox", "stop", "told").out()).isEqualTo("stopped\n");
                assertThat(run("sandbox", "start", "told").out()).isEqualTo("running\n");
                return Files.readString(all).contains("told")
                        && Files.readString(one).contains("-> stopped (api)\n");
            });
        } finally {
            for (var listener : List.of(forAll, forOne)) {
                listener.destroy();
                listener.waitFor();
            }
            run("sandbox", "rm", "--force", "told");
        }

        assertThat(whole(one)).isNotEmpty().allMatch(line -> line.contains("  told  "));
        assertThat(whole(all))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(JSON.readValue(line, Argument.mapOf(String.class, Object.class)))
                        .containsEntry("event", "sandbox_status")
                        .containsKeys("sandboxId", "state", "previousState", "reason", "timestamp"));
    }

    /** Whoever wrote it was ended, maybe within a line. */
    private static List<String> whole(Path file) throws IOException {
        var text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    @Test
    void what_writes_for_nobody_is_ended() throws Exception {
        var line = new ArrayList<>(List.of("bash", "-c", "\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", "bash"));
        line.addAll(command("exec", "-n", BOX, "yes"));

        assertThat(run("", line)).isEqualTo(new Ended(141, "y\n", ""));
        while (run("ps", BOX).out().contains("yes")) {
            Thread.sleep(100);
        }
    }

    @Test
    void a_shell_is_typed_into_resized_and_left() throws Exception {
        var program = Path.of(Objects.requireNonNull(CommandLineIT.class.getResource("/type-into-a-shell.py"))
                .toURI());
        var command = new ArrayList<>(List.of("python3", program.toString()));
        command.addAll(command("shell", BOX));

        var ended = run("", command);

        assertThat(ended.code()).as(ended.toString()).isEqualTo(5);
        assertThat(run("shell", BOX).err()).contains("no terminal");
    }

    @Test
    void json_is_json() throws Exception {
        var all = JSON.readValue(
                run("sandbox", "list", "--json").out(), Argument.listOf(Argument.mapOf(String.class, Object.class)));
        assertThat(all).anySatisfy(info -> assertThat(info).containsEntry("name", BOX));

        var config = JSON.readValue(run("config", "--json").out(), Argument.mapOf(String.class, Object.class));
        assertThat(config).containsEntry("apiUrl", SHARED.get().ready("url"));

        var ran = run("exec", "-n", "--json", BOX, "printf hi; exit 7");
        assertThat(ran.code()).isEqualTo(7);
        assertThat(ran.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("\"stream\":\"stdout\"")
                                .contains("\"data\":\"aGk=\""),
                        line -> assertThat(line).contains("\"exitCode\":7"));
        var refused = run("sandbox", "get", "--json", "none").err();
        assertThat(JSON.readValue(refused, Argument.mapOf(String.class, Object.class)))
                .extractingByKey("error")
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("code", 2001);
    }

    @Test
    void what_was_left_running_is_read_by_its_tag() throws Exception {
        assertThat(run("exec", "--detach", "--tag", "said", BOX, "echo one; sleep 0.3; echo two")
                        .code())
                .isZero();

        assertThat(run("logs", "--follow", BOX, "said").out()).isEqualTo("one\ntwo\n");
        assertThat(run("logs", BOX, "said").out()).isEqualTo("one\ntwo\n");
        assertThat(run("ps", "--all", BOX).out()).contains("said");
        assertThat(run("exec", "-n", "--detach", BOX, "sleep", "900").code()).isZero();
        assertThat(run("ps", BOX).out()).contains("sleep 900");
    }

    @Test
    void a_refusal_says_what_and_why() throws Exception {
        var ended = run("sandbox", "create", "No");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .contains("9004 VALIDATION_ERROR")
                .contains("name: ")
                .contains("request req-");
    }

    /** That for zsh can be read by bash as well; what it does for zsh alone is below. */
    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void bash_completes_what_it_says(String shell) throws Exception {
        var ask = """
                source '%s'
                COMP_WORDS=(elevo sandbox cr); COMP_CWORD=2; COMP_LINE='elevo sandbox cr'; COMP_POINT=16
                _complete_elevo; echo "${COMPREPLY[@]}"
                """.formatted(completion(shell));

        assertThat(run("", List.of("bash", "-c", ask))).isEqualTo(new Ended(0, "create\n", ""));
    }

    /** It is zsh that leaves out what does not begin so. */
    @Test
    void zsh_completes_what_it_says() throws Exception {
        assume(
                run("", List.of("sh", "-c", "command -v zsh")).code() == 0,
                "what zsh completes: zsh is not installed; sudo apt-get install zsh");
        var ask = """
                source '%s'
                print ${_comps[elevo]}
                emulate -L sh
                COMP_WORDS=(elevo sandbox cr); COMP_CWORD=2; COMP_LINE='elevo sandbox cr'; COMP_POINT=16
                _complete_elevo; echo "${COMPREPLY[@]}"
                """.formatted(completion("zsh"));

        var said = run(
                "",
                List.of(
                        "zsh",
                        "-f",
                        Files.writeString(folder.resolve("ask"), ask).toString()));

        assertThat(said.err()).isEmpty();
        assertThat(said.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("_complete_elevo"),
                        line -> assertThat(line.split(" ")).contains("create", "list", "stop"));
    }

    private Path completion(String shell) throws Exception {
        return Files.writeString(
                folder.resolve("completion"), run("completion", shell).out());
    }

    @Test
    void the_distribution_is_whole() throws Exception {
        assertThat(run(
                                "",
                                List.of(
                                        "python3",
                                        "-m",
                                        "zipfile",
                                        "-e",
                                        CLI.resolve("elevo-cli.zip").toString(),
                                        folder.toString()))
                        .code())
                .isZero();
        var start = folder.resolve("elevo-cli/bin/elevo");
        var command = List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "XDG_CACHE_HOME=" + folder,
                "sh",
                start.toString(),
                "exec",
                "-n",
                BOX,
                "echo here");

        assertThat(run("", command)).isEqualTo(new Ended(0, "here\n", ""));
        assertThat(run("", command)).isEqualTo(new Ended(0, "here\n", ""));
    }

    @Test
    void keys_volumes_and_snapshots_are_made_and_removed() throws Exception {
        var key = run("key", "create", "less", "--scope", "sandbox:read", "--expires", "1h");
        assertThat(key.out()).startsWith("ewk_");
        var keys = JSON.readValue(
                run("key", "list", "--json").out(), Argument.listOf(Argument.mapOf(String.class, Object.class)));
        var id = keys.stream()
                .filter(one -> "less".equals(one.get("name")))
                .findFirst()
                .map(one -> one.get("id"));
        assertThat(run("key", "rm", id.orElseThrow().toString()).code()).isZero();

        var volume =
                run("volume", "create", "command-line", "--size", "1").out().strip();
        assertThat(run("volume", "list").out()).contains(volume);
        assertThat(run("volume", "resize", volume, "2").out()).isEqualTo(volume + "\n");
        assertThat(run("volume", "list", "--json").out()).contains("\"size\":" + (2L << 30));
        assertThat(run("volume", "resize", volume, "1").err()).contains("7105");
        assertThat(run("volume", "rm", volume).code()).isZero();

        var snapshot = run("snapshot", "create", BOX, "command-line").out().strip();
        assertThat(run("snapshot", "list").out()).contains(snapshot).contains("available");
        assertThat(run("snapshot", "rm", snapshot).code()).isZero();
    }

    @Test
    void a_sandbox_stands_still_and_goes_on() throws Exception {
        var other = run("sandbox", "create", "-l", "for=pausing").out().strip();

        assertThat(run("sandbox", "pause", other).out()).isEqualTo("paused\n");
        assertThat(run("sandbox", "resume", other).out()).isEqualTo("running\n");
        assertThat(run("sandbox", "stop", other).out()).isEqualTo("stopped\n");
        assertThat(run("sandbox", "list", "-q", "-l", "for=pausing").out().strip())
                .isEqualTo(other);

        var removed = run("sandbox", "rm", "not-there", other);

        assertThat(removed.code()).isEqualTo(1);
        assertThat(removed.err()).contains("not-there: ").contains("2001 SANDBOX_NOT_FOUND");
        assertThat(run("sandbox", "list", "-q", "-l", "for=pausing").out()).isEmpty();
    }
}
