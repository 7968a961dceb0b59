package dev.elevo.localstack.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With real processes and Lambda's real client. */
@Timeout(120)
class FunctionProcessesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void an_invocation_goes_through_lambdas_own_client() throws Exception {
        try (var function = start(1, LONG)) {
            var answer = function.invoke("\"who\"").split(" ");

            assertThat(answer[0]).as("request id").matches("[0-9a-f-]{36}");
            assertThat(Long.parseLong(answer[1])).as("time left").isBetween(1L, LONG.toMillis());
            assertThat(answer[2]).isEqualTo("tested");
            assertThat(function.pids()).containsExactly(Long.valueOf(answer[3]));
            assertThat(function.invoke("\"échö 😀\"")).isEqualTo("échö 😀");
        }
    }

    @Test
    void an_error_is_the_invocations_and_not_the_processs() throws Exception {
        try (var function = start(1, LONG)) {
            assertThatThrownBy(() -> function.invoke("\"throw\""))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("as ordered")
                    .hasMessageContaining("IllegalStateException");

            assertThat(pid(function)).isEqualTo(function.pids().getFirst());
        }
    }

    @Test
    void one_that_dies_at_work_fails_that_invocation_and_is_replaced_for_the_next() throws Exception {
        try (var function = start(1, LONG)) {
            var first = pid(function);

            assertThatThrownBy(() -> function.invoke("\"exit 7\""))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("exit code 7");

            assertThat(pid(function)).isNotEqualTo(first);
            assertThat(function.pids()).hasSize(1);
        }
    }

    @Test
    void one_that_was_killed_while_idle_is_replaced_unnoticed() throws Exception {
        try (var function = start(1, LONG)) {
            var first = ProcessHandle.of(pid(function)).orElseThrow();
            first.destroyForcibly();
            first.onExit().get();

            assertThat(pid(function)).isNotEqualTo(first.pid());
        }
    }

    @Test
    void one_that_takes_too_long_is_ended() throws Exception {
        try (var function = start(1, Duration.ofSeconds(5))) {
            function.started().get();
            var slow = ProcessHandle.of(function.pids().getFirst()).orElseThrow();

            assertThatThrownBy(() -> function.invoke("\"hang\""))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("timed out");

            slow.onExit().get();
        }
    }

    @Test
    void as_many_run_at_once_as_there_are_processes() throws Exception {
        try (var function = start(2, LONG);
                var bell = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var call = "\"call " + bell.getLocalPort() + "\"";
            var one = callers.submit(() -> function.invoke(call));
            var two = callers.submit(() -> function.invoke(call));
            try (var first = bell.accept();
                    var second = bell.accept()) { // both are at work
                first.getOutputStream().write('x');
                second.getOutputStream().write('x');
            }

            assertThat(one.get()).isEqualTo("x");
            assertThat(two.get()).isEqualTo("x");
        }
    }

    @Test
    void the_next_in_the_queue_gets_a_new_one_when_the_first_takes_too_long() throws Exception {
        try (var function = start(1, Duration.ofSeconds(5));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            function.started().get();
            var hanging = callers.submit(() -> function.invoke("\"hang\""));
            var waiting = callers.submit(() -> retried(function));

            assertThatThrownBy(hanging::get).hasMessageContaining("timed out");
            assertThat(waiting.get()).isEqualTo("hello");
        }
    }

    /** Who waits as long as an invocation may last is refused, and asks again. */
    private static String retried(FunctionProcesses function) throws Exception {
        while (true) {
            try {
                return function.invoke("\"hello\"");
            } catch (ApiException e) {
                assertThat(e.failure()).isInstanceOf(Failure.Unavailable.class);
            }
        }
    }

    @Test
    void a_handler_that_does_not_exist_fails_every_invocation() throws Exception {
        try (var function =
                FunctionProcesses.start(Programs.of("dev.elevo.NoSuchFunction", Map.of(), folder), 1, LONG)) {
            assertThatThrownBy(() -> function.invoke("\"who\""))
                    .isInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("NoSuchFunction");
        }
    }

    @Test
    void a_program_that_ends_at_once_is_told_at_the_start() throws Exception {
        var program = new FunctionProgram("broken", List.of("false"), Map.of(), folder.resolve("broken.log"));
        try (var function = FunctionProcesses.start(program, 1, LONG)) {
            assertThatThrownBy(() -> function.started().get())
                    .hasRootCauseInstanceOf(FunctionFailedException.class)
                    .hasMessageContaining("exit code 1");
        }
    }

    @Test
    void nothing_is_left_after_closing() throws Exception {
        var function = start(2, LONG);
        function.started().get();
        var processes = function.pids().stream()
                .map(pid -> ProcessHandle.of(pid).orElseThrow())
                .toList();

        function.close();

        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        assertThatThrownBy(() -> function.invoke("\"who\"")).isInstanceOf(IOException.class);
    }

    /** As after kill -9 of the launcher: the functions must not stay behind without one. */
    @Test
    void a_function_without_its_service_ends() throws Exception {
        var program = Programs.of(ObedientFunction.class.getName(), Map.of(), folder);
        var api = RuntimeApi.start("tested");
        var builder = new ProcessBuilder(program.command())
                .redirectErrorStream(true)
                .redirectOutput(program.log().toFile());
        builder.environment().putAll(program.environment());
        builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
        var process = builder.start();
        api.started().get();

        api.close();

        assertThat(process.waitFor()).isNotZero();
    }

    private FunctionProcesses start(int count, Duration time) throws IOException {
        return FunctionProcesses.start(Programs.of(ObedientFunction.class.getName(), Map.of(), folder), count, time);
    }

    private static Long pid(FunctionProcesses function) throws Exception {
        return Long.valueOf(function.invoke("\"who\"").split(" ")[3]);
    }
}
