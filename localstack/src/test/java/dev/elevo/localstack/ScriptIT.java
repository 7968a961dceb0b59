package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.CommandLineIT.Ended;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code elevo} itself. It builds what is stale, and here Maven is at work already; so it stands in a folder of its own, with
 * what it takes of the checkout, a stamp that says that all is built, and a Maven that only tells that it was called.
 */
@Timeout(120)
final class ScriptIT {
    private static final List<String> LOOKED_AT = List.of(
            "pom.xml",
            "shared",
            "functions",
            "openapi",
            "console",
            "clients",
            "cli",
            "agent",
            "dynamodb-local",
            "postgres-local");

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    @TempDir
    private Path checkout;

    @BeforeEach
    void prepare() throws IOException {
        var root = RunningStack.root();
        Files.copy(root.resolve("elevo"), checkout.resolve("elevo"));
        executable(Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\necho called for \"$@\" >&2\nexit 1\n"));
        executable(checkout.resolve("elevo"));
        for (var name : LOOKED_AT) {
            Files.createSymbolicLink(checkout.resolve(name), root.resolve(name));
        }
        var stamp = Files.createFile(
                Files.createDirectories(checkout.resolve("localstack/target")).resolve("built"));
        // The clock that files are stamped by ticks: what is made next must be newer.
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(10)));
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ended elevo(String... arguments) throws Exception {
        return elevo(List.of(), arguments);
    }

    /** Of the run that all share it knows nothing but what it is told. */
    private Ended elevo(List<String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                "env", "ELEVO_HOME=" + checkout.resolve(".elevo"), "JAVA25_HOME=" + System.getProperty("java.home")));
        command.addAll(environment);
        command.add(checkout.resolve("elevo").toString());
        command.addAll(List.of(arguments));
        return CommandLineIT.run("", command);
    }

    @Test
    void it_says_what_there_is() throws Exception {
        var asked = elevo();

        assertThat(asked.code()).isZero();
        assertThat(asked.out())
                .startsWith("usage: ./elevo COMMAND\n")
                .contains("  up [", "  conformance [", "completion");
        assertThat(asked.err()).isEmpty();
        for (var word : List.of("help", "--help", "-h")) {
            assertThat(elevo(word)).isEqualTo(asked);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, command nonsense",
        "up --nonsense, option --nonsense",
        "conformance --nonsense, option --nonsense",
        "synth --nonsense, option --nonsense",
        "doctor --nonsense, option --nonsense"
    })
    void what_it_does_not_know_is_refused_before_anything_is_built(String line, String what) throws Exception {
        assertThat(elevo(line.split(" ")))
                .isEqualTo(new Ended(2, "", "elevo: unknown " + what + "; ./elevo help lists what there is\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "conformance --url, nothing follows --url",
        "conformance --url http://127.0.0.1:1, '--url takes --key, or WORKSPACE_API_KEY: an operator''s, if all is to be tried'"
    })
    void what_an_option_lacks_is_told(String line, String what) throws Exception {
        assertThat(elevo(line.split(" "))).isEqualTo(new Ended(1, "", "elevo: " + what + "\n"));
    }

    @Test
    void a_folder_that_is_no_jdk_is_told() throws Exception {
        assertThat(elevo(List.of("JAVA25_HOME=/tmp"), "doctor"))
                .isEqualTo(
                        new Ended(
                                1,
                                "",
                                "elevo: JAVA25_HOME is \"/tmp\"; it must be the folder of a JDK 25 (with bin/javac and a file release that says so)\n"));
    }

    @Test
    void what_does_not_run_is_not_stopped() throws Exception {
        var said = elevo("down");

        assertThat(said.code()).isZero();
        assertThat(said.err()).startsWith("elevo: nothing runs on " + checkout.resolve(".elevo"));
    }

    @Test
    void it_is_the_command_line_of_a_service_elsewhere() throws Exception {
        var stack = SHARED.get();
        var id = stack.post("/api/v1/sandboxes", "{}").field("id");
        var environment = List.of(
                "WORKSPACE_API_URL=" + stack.ready("url"), "WORKSPACE_API_KEY=" + stack.adminKey(), "ELEVO_AOT=0");

        var listed = elevo(environment, "sandbox", "list", "--json");
        var removed = elevo(environment, "sandbox", "rm", "--force", id);

        assertThat(listed.err()).isEmpty();
        assertThat(listed.code()).isZero();
        assertThat(JsonMapper.createDefault()
                        .readValue(listed.out(), Argument.listOf(Argument.mapOf(String.class, Object.class))))
                .anySatisfy(sandbox -> assertThat(sandbox).containsEntry("id", id));
        assertThat(removed.code()).isZero();
        assertThat(elevo(environment, "exec", "none", "true").code()).isEqualTo(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void its_commands_are_completed(String shell) throws Exception {
        var said = elevo("completion", shell);

        assertThat(said.code()).isZero();
        assertThat(said.out()).startsWith("# for " + shell + "\n").contains("complete -F _complete_elevo");
    }

    @Test
    void what_is_newer_than_the_build_is_built_first_and_a_build_that_fails_is_told() throws Exception {
        var openapi = checkout.resolve("openapi");
        Files.delete(openapi);
        Files.createFile(Files.createDirectory(openapi).resolve("new"));

        var said = elevo("sandbox", "list");

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("elevo: building", "the build failed; all it said is in " + checkout);
        assertThat(checkout.resolve("localstack/target/build.log")).content().contains("called for", "package");
    }

    @Test
    void what_is_only_of_tests_or_made_by_a_build_makes_nothing_stale() throws Exception {
        var openapi = checkout.resolve("openapi");
        Files.delete(openapi);
        Files.createFile(Files.createDirectories(openapi.resolve("src/test")).resolve("new"));
        Files.createFile(Files.createDirectories(openapi.resolve("target")).resolve("new"));

        assertThat(elevo("completion", "bash").err()).isEmpty();
    }
}
