package dev.elevo.agent.process;

import static dev.elevo.agent.process.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.agent.helper.RealHelper;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.process.Chart;
import dev.elevo.contract.process.CodeLanguages;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class CodeTest {
    /** Draws what it is told, as the real one does. */
    private static final String FAKE_PYPLOT = """
            _open = {}
            class Figure:
                def __init__(self, n): self.n = n; self.text = ''
                def savefig(self, path, format=None):
                    assert format == 'png'
                    open(path, 'wb').write(b'PNG' + self.text.encode())
            def get_fignums(): return sorted(_open)
            def figure(n=None):
                n = n or len(_open) + 1
                return _open.setdefault(n, Figure(n))
            def close(n): del _open[n]
            def show(): raise RuntimeError('there is no screen')
            """;

    @TempDir
    Path directory;

    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        agent = new Agent(directory);
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    private static CodeRunRequest code(String language, String text) {
        return new CodeRunRequest(text, language, List.of("one", "two"), null, 60_000, null, null, null, "in", null);
    }

    private RunResult run(CodeRunRequest request) {
        return (RunResult) agent.processes().runCode(Agent.SANDBOX, request, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "python     | import sys; print(sys.argv[1:], sys.stdin.read())        | ['one', 'two'] in",
                "bash       | echo $1 $2 $(cat)                                        | one two in",
                "javascript | console.log(process.argv.slice(2).join(' '), require('fs').readFileSync(0, 'utf8')) | one two in",
                "typescript | const a: string[] = process.argv.slice(2); console.log(a.join(' '), require('fs').readFileSync(0, 'utf8')) | one two in",
                "ruby       | puts ARGV.join(' ') + ' ' + STDIN.read                   | one two in",
                "php        | <?php echo $argv[1].' '.$argv[2].' '.fgets(STDIN);       | one two in",
                "go         | package main; import (\"fmt\"; \"os\"); func main() { fmt.Println(os.Args[1], os.Args[2], \"in\") } | one two in",
                "rust       | fn main() { let a: Vec<String> = std::env::args().collect(); println!(\"{} {} in\", a[1], a[2]); } | one two in",
                "java       | class Any { public static void main(String[] a) { System.out.println(a[0] + \" \" + a[1] + \" in\"); } } | one two in",
                "c          | int printf(const char *, ...); int main(int n, char **a) { printf(\"%s %s in\", a[1], a[2]); } | one two in",
                "cpp        | int printf(const char *, ...) asm(\"printf\"); int main(int n, char **a) { printf(\"%s %s in\", a[1], a[2]); } | one two in"
            })
    void code_runs_where_its_language_is(String language, String text, String expected) {
        RunResult result;
        try {
            result = run(code(language, text));
        } catch (ApiException e) {
            assertThat(e.failure().code()).isEqualTo(ErrorCode.LANGUAGE_NOT_SUPPORTED);
            System.err.println("skipped: " + language + " is not here");
            assumeTrue(false, language + " is not here");
            return;
        }
        assertThat(result.stdout().strip()).as("%s", result).isEqualTo(expected);
        assertThat(result.exitCode()).isZero();
        assertThat(result.charts()).isNull();
        assertNothingLeft();
    }

    @Test
    void a_language_that_is_not_there_is_named_with_its_program() {
        for (var language : CodeLanguages.ALL) {
            var nothing = new CodeRunRequest(
                    "x",
                    language,
                    null,
                    Map.of("PATH", "/usr/none:" + shellOnly()),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
            assertThatThrownBy(() -> run(nothing))
                    .as(language)
                    .asInstanceOf(type(ApiException.class))
                    .satisfies(e -> {
                        assertThat(e.failure().code()).isEqualTo(ErrorCode.LANGUAGE_NOT_SUPPORTED);
                        assertThat(e.failure().details()).containsKeys("program", "language");
                    });
        }
    }

    @Test
    void typescript_is_run_by_what_the_project_has_or_by_a_node_that_knows_it() throws IOException {
        var project = Files.createDirectories(directory.resolve("a project/src"));
        var programs = Files.createDirectories(directory.resolve("programs"));
        var path = Map.of("PATH", programs + ":" + shellOnly());
        var request =
                new CodeRunRequest("x", "typescript", null, path, null, null, project.toString(), null, null, null);

        program(programs.resolve("node"), "[ \"$1\" = --experimental-strip-types ] && echo node");
        assertThat(run(request).stdout()).isEqualTo("node\n");
        program(programs.resolve("tsx"), "echo tsx");
        assertThat(run(request).stdout()).isEqualTo("tsx\n");
        var local = Files.createDirectories(directory.resolve("a project/node_modules/.bin"));
        program(local.resolve("ts-node"), "echo ts-node");
        assertThat(run(request).stdout()).isEqualTo("ts-node\n");

        program(programs.resolve("node"), "exit 9");
        Files.delete(programs.resolve("tsx"));
        Files.delete(local.resolve("ts-node"));
        assertFails(ErrorCode.LANGUAGE_NOT_SUPPORTED, () -> run(request));
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** With what the agent's own scripts need, and nothing else. */
    private String shellOnly() {
        var bin = directory.resolve("bin");
        if (!Files.exists(bin)) {
            agent.run("mkdir " + bin + "; for p in mkdir cat rm readlink; do ln -s $(command -v $p) " + bin + "; done");
        }
        return bin.toString();
    }

    @Test
    void a_compile_error_is_a_result_like_any_other() {
        var result = run(code("c", "this is no program"));

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.stderr()).contains("error");
        assertNothingLeft();
    }

    @Test
    void the_time_is_for_compiling_and_running_together() {
        var result = run(
                new CodeRunRequest("int main() { for (;;) {} }", "c", null, null, 1500, null, null, null, null, null));

        assertThat(result.timedOut()).isTrue();
        assertNothingLeft();
    }

    @Test
    void code_runs_in_its_directory_with_its_environment() {
        var result = run(new CodeRunRequest(
                "pwd; echo $MINE$FROM_SANDBOX",
                "bash",
                null,
                Map.of("MINE", "1"),
                null,
                null,
                directory.toString(),
                null,
                null,
                null));

        assertThat(result.stdout()).isEqualTo(directory + "\n1yes\n");
        assertFails(
                ErrorCode.FILE_NOT_FOUND,
                () -> run(new CodeRunRequest("x", "bash", null, null, null, null, "/no/such", null, null, null)));
        assertFails(
                ErrorCode.COMMAND_FAILED,
                () -> run(new CodeRunRequest("x", "bash", null, null, null, null, null, "nobody-here", null, null)));
        assertNothingLeft();
    }

    @Test
    void what_a_killed_agent_left_the_next_one_removes() throws IOException {
        var running = (StillRunning) agent.processes()
                .runCode(
                        Agent.SANDBOX,
                        new CodeRunRequest("sleep 0.5", "bash", null, null, null, 0, null, null, null, null),
                        null);
        assertThat(left()).hasSize(1);
        var orphan = Path.of("/tmp/.elevo-" + Agent.SANDBOX + "-abc");
        Files.createDirectory(orphan);
        Files.writeString(agent.state().resolve("place-abc"), RealHelper.user());

        agent.restart();

        assertThat(agent.result(running.pid()).exitCode()).isZero();
        while (!left().isEmpty()) {
            Eventually.pause();
        }
    }

    @Test
    void what_is_shown_and_what_is_open_at_the_end_comes_back_as_charts() throws IOException {
        var path = directory.resolve("lib");
        var library = Files.createDirectories(path.resolve("matplotlib"));
        Files.writeString(library.resolve("__init__.py"), "");
        Files.writeString(library.resolve("pyplot.py"), FAKE_PYPLOT);

        var result = python("""
                import os, sys
                import matplotlib.pyplot as plt
                print(os.environ.get('ELEVO_CHARTS'), os.environ['PYTHONPATH'])
                plt.figure().text = 'first'
                plt.show()
                plt.figure().text = 'second'
                plt.figure().text = 'third'
                """, path);

        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).isEqualTo("None " + path + "\n");
        assertThat(result.charts()).extracting(CodeTest::text).containsExactly("PNGfirst", "PNGsecond", "PNGthird");
        assertThat(result.charts()).allSatisfy(chart -> {
            assertThat(chart.type()).isEqualTo("image");
            assertThat(chart.mimeType()).isEqualTo("image/png");
        });
        assertThat(result.truncated()).isFalse();
        assertNothingLeft();
    }

    @Test
    void without_a_library_there_are_no_charts_and_no_trouble() {
        var result = python("print('plain')", directory);

        assertThat(result.stdout()).isEqualTo("plain\n");
        assertThat(result.stderr()).isEmpty();
        assertThat(result.charts()).isEmpty();
    }

    @Test
    void a_program_that_plays_with_its_charts_gets_what_it_deserves() {
        var result = python("""
                import os, sys
                d = [p for p in os.listdir('/tmp') if p.startswith('.elevo-%s')]
                c = '/tmp/' + d[0] + '/charts/'
                os.symlink('/etc/passwd', c + '0001.png')
                os.mkfifo(c + '0002.png')
                open(c + '0003.png', 'wb').write(b'x' * (5 << 20))
                open(c + 'x 0004.png', 'w').write('name')
                open(c + '0005.html', 'w').write('<p>')
                open(c + '0006.json', 'w').write('{}')
                """.formatted(Agent.SANDBOX), directory);

        assertThat(result.charts())
                .containsExactly(
                        new Chart("html", "<p>", "text/html"),
                        new Chart("json", "{}", "application/vnd.plotly.v1+json"));
        assertThat(result.truncated()).isTrue();
        assertNothingLeft();
    }

    @Test
    void charts_are_in_a_result_that_is_fetched_later_and_by_the_next_agent() throws IOException {
        var path = directory.resolve("lib");
        var library = Files.createDirectories(path.resolve("matplotlib"));
        Files.writeString(library.resolve("__init__.py"), "");
        Files.writeString(library.resolve("pyplot.py"), FAKE_PYPLOT);
        var request = new CodeRunRequest(
                "import time; time.sleep(0.3)\nimport matplotlib.pyplot as p\np.figure().text = 'late'",
                "python",
                null,
                Map.of("PYTHONPATH", path.toString()),
                null,
                0,
                null,
                null,
                null,
                true);
        var running = (StillRunning) agent.processes().runCode(Agent.SANDBOX, request, "key");
        agent.restart();

        assertThat(agent.result(running.pid()).charts())
                .extracting(CodeTest::text)
                .containsExactly("PNGlate");
        agent.restart();
        assertThat(((RunResult) agent.processes().runCode(Agent.SANDBOX, request, "key")).charts())
                .hasSize(1);
    }

    private RunResult python(String code, Path library) {
        return run(new CodeRunRequest(
                code, "python", null, Map.of("PYTHONPATH", library.toString()), null, null, null, null, null, true));
    }

    private static @Nullable String text(Chart chart) {
        return new String(Base64.getDecoder().decode(chart.data()), StandardCharsets.US_ASCII);
    }

    private static void assertNothingLeft() {
        assertThat(left()).isEmpty();
    }

    private static List<Path> left() {
        try (var files = Files.list(Path.of("/tmp"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(".elevo-" + Agent.SANDBOX))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
