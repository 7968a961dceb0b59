package dev.elevo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.client.Exit;
import dev.elevo.client.Output;
import dev.elevo.client.UnreachableException;
import dev.elevo.client.WorkspaceClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class CommandLineTest {
    private final StringWriter said = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "sandbox",
                "sandbox create --cpu many",
                "exec box",
                "cp a",
                "cp -q a",
                "cp",
                "completion fish",
                "sandbox create --timeout 5"
            })
    void what_is_used_wrongly_is_2(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(said.toString()).containsPattern("Usage:|Did you mean");
    }

    @Test
    void what_follows_the_sandbox_is_the_commands_own() {
        var parsed = Main.commandLine()
                .parseArgs("exec", "-n", "box", "ls", "-l", "--json")
                .subcommand();

        assertThat(parsed.matchedPositionalValue(1, List.of())).isEqualTo(List.of("ls", "-l", "--json"));
        assertThat(parsed.matchedOptionValue("-n", false)).isTrue();
        assertThat(parsed.hasMatchedOption("--json")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"3, , false, 3", "-1, SIGKILL, false, 137", "-1, SIGTERM, false, 143", "-1, SIGKILL, true, 124"})
    void the_exit_code_is_what_a_shell_would_say(int code, String signal, boolean timedOut, int expected) {
        assertThat(RemoteCommand.code(new Exit(code, signal, timedOut, 1))).isEqualTo(expected);
    }

    @Test
    void who_writes_for_nobody_is_ended() {
        var signals = new ArrayList<String>();
        var printer = new ExecCommand.Printer(failing("Broken pipe"), failing("Broken pipe"), signals::add);

        assertThatThrownBy(() -> printer.accept(new Output(false, new byte[1], 0, "")))
                .isInstanceOf(UnreadException.class);

        assertThat(signals).containsExactly("SIGTERM"); // there is no SIGPIPE in the API
    }

    @Test
    void that_a_disk_is_full_is_told() {
        var printer = new ExecCommand.Printer(failing("No space left"), failing(""), signal -> {});

        assertThatThrownBy(() -> printer.accept(new Output(false, new byte[1], 0, "")))
                .hasRootCauseMessage("No space left");
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    @Test
    void what_nobody_reads_is_not_told_but_its_exit_code_is() {
        var line = Main.commandLine();
        line.addSubcommand(new Unread());

        assertThat(line.setErr(new PrintWriter(said)).execute("unread")).isEqualTo(141);
        assertThat(said.toString()).isEmpty();
    }

    @Command(name = "unread")
    static final class Unread implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new UnreadException();
        }
    }

    @Test
    void a_terminal_is_given_back_before_the_other_one_ends() {
        var done = new ArrayList<String>();
        try (var hangUp = new HangUp(() -> done.add("restored"), () -> done.add("ended"))) {
            hangUp.now();
        }

        assertThat(done).containsExactly("restored", "ended");
    }

    private static UnreachableException lost() {
        try (var workspace = WorkspaceClient.builder()
                .apiUrl("http://localhost:1")
                .apiKey("k")
                .retries(0)
                .build()) {
            return catchThrowableOfType(
                    UnreachableException.class, () -> workspace.sandbox("box").info());
        }
    }

    @Test
    void who_is_lost_does_not_hang_up() {
        var done = new ArrayList<String>();
        var lost = lost();

        assertThatThrownBy(() -> ShellCommand.attend(
                        () -> {
                            throw lost;
                        },
                        () -> done.add("ended"),
                        () -> done.add("advised")))
                .isSameAs(lost);

        assertThat(done).containsExactly("advised");
    }

    @Test
    void who_has_no_screen_any_more_does() {
        var done = new ArrayList<String>();

        assertThatThrownBy(() -> ShellCommand.attend(
                        () -> {
                            throw new UncheckedIOException(new IOException("Input/output error"));
                        },
                        () -> done.add("ended"),
                        () -> done.add("advised")))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(done).containsExactly("ended");
    }

    @Test
    void one_of_several_that_fails_does_not_keep_the_others() {
        var done = new ArrayList<String>();
        var lost = lost();

        var code = new Service().each(List.of("a", "b", "c"), thing -> {
            done.add(thing);
            if (thing.equals("b")) {
                throw lost;
            }
        });

        assertThat(done).containsExactly("a", "b", "c");
        assertThat(code).isEqualTo(1);
        assertThat(new Service().each(List.of("a"), thing -> {})).isZero();
    }

    @Test
    void what_went_wrong_is_json_for_who_wants_it() {
        var bytes = new ByteArrayOutputStream();

        assertThat(new Failures(new PrintStream(bytes, true, StandardCharsets.UTF_8), true)
                        .tell("box", new CliException("no \"way\"")))
                .isTrue();

        assertThat(bytes).hasToString("{\"error\":{\"about\":\"box\",\"message\":\"no \\\"way\\\"\"}}\n");
    }

    @Test
    void output_is_json_line_by_line() {
        var bytes = new ByteArrayOutputStream();
        var printer = new ExecCommand.Printer(bytes, failing(""), signal -> {});

        printer.line(new Output(true, new byte[] {'h', 'i'}, 3, "c"));
        printer.print(new Exit(7, null, false, 5));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "{\"stream\":\"stderr\",\"data\":\"aGk=\",\"droppedBytes\":3,\"cursor\":\"c\"}",
                        "{\"exitCode\":7,\"timedOut\":false,\"durationMs\":5}");
    }

    @Test
    void a_terminal_does_not_obey_what_is_shown_in_it() {
        assertThat(Table.of(List.of("A", "B"), List.of(List.of("a\u001b[2J\nb\u009b\u202e", "c"))))
                .isEqualTo("A                      B\na\\x1b[2J\\nb\\x9b\\u202e  c\n");
        assertThat(Visible.lines("grün\n\u0007")).isEqualTo("grün\n\\x07");
    }

    @Test
    void columns_are_as_wide_as_what_is_in_them() {
        assertThat(Table.of(List.of("A", "NAME"), List.of(List.of("long", 1), List.of("b", "c"))))
                .isEqualTo("A     NAME\nlong  1\nb     c\n");
    }

    private int run(String line) {
        return Main.commandLine()
                .setErr(new PrintWriter(said))
                .execute(line.isEmpty() ? new String[0] : line.split(" "));
    }
}
