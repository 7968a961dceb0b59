package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.process.RunRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What a request means in a sandbox: its defaults filled in from there. */
final class Commands {
    private Commands() {}

    static ProcessNote note(RunRequest request, SandboxSpec spec, @Nullable String onceKey, Purpose purpose) {
        refuseNul("command", request.command());
        refuseNul("cwd", orElse(request.cwd(), ""));
        arguments(request).forEach(argument -> refuseNul("args", argument));
        environment(request).values().forEach(value -> refuseNul("env", value));
        if (usesShell(request) && !arguments(request).isEmpty()) {
            throw Failure.Invalid.field("args", "only with useShell false", arguments(request))
                    .asException();
        }
        return new ProcessNote(
                ThreadLocalRandom.current().nextLong(),
                request.command(),
                arguments(request),
                orElse(request.cwd(), spec.workDir()),
                orElse(request.user(), spec.user()),
                mergedEnvironment(request, spec),
                onceKey,
                orElse(request.maxBuffer(), RunRequest.MOST_BUFFER),
                request.encoding(),
                orElse(request.timeoutMs(), RunRequest.DEFAULT_TIMEOUT_MS),
                purpose,
                null);
    }

    static ExecRequest exec(RunRequest request, SandboxSpec spec, ProcessNote note, byte[] noteBytes) {
        return exec(note, commandLine(request, spec), isBare(request), stdin(request.input(), note), noteBytes);
    }

    static ExecRequest exec(
            ProcessNote note, List<String> line, boolean bare, ExecRequest.Stdin stdin, byte[] noteBytes) {
        var time = Duration.ofMillis(note.timeoutMs());
        return new ExecRequest(
                note.user(),
                note.cwd(),
                line,
                note.env(),
                bare,
                stdin,
                null,
                time.isZero() ? null : new ExecRequest.Timeout(time, note.why().isTool()),
                noteBytes);
    }

    private static ExecRequest.Stdin stdin(@Nullable String input, ProcessNote note) {
        if (note.why().stdin()) {
            return new ExecRequest.OpenInput();
        }
        return given(input);
    }

    static ExecRequest.Stdin given(@Nullable String input) {
        return input == null
                ? new ExecRequest.NoInput()
                : new ExecRequest.GivenInput(input.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> commandLine(RunRequest request, SandboxSpec spec) {
        if (usesShell(request)) {
            return List.of(orElse(request.shell(), spec.shell()), "-c", request.command());
        }
        var line = new ArrayList<String>();
        line.add(request.command());
        line.addAll(arguments(request));
        return line;
    }

    private static Map<String, String> mergedEnvironment(RunRequest request, SandboxSpec spec) {
        if (isBare(request)) {
            return environment(request);
        }
        var merged = new HashMap<>(spec.env());
        merged.putAll(environment(request));
        return merged;
    }

    private static boolean usesShell(RunRequest request) {
        return !Boolean.FALSE.equals(request.useShell());
    }

    private static boolean isBare(RunRequest request) {
        return Boolean.TRUE.equals(request.replaceEnv());
    }

    private static List<String> arguments(RunRequest request) {
        return orElse(request.args(), List.of());
    }

    private static Map<String, String> environment(RunRequest request) {
        return orElse(request.env(), Map.of());
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return Objects.requireNonNullElse(value, otherwise);
    }

    /** The kernel ends every string there. */
    static void refuseNul(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw Failure.Invalid.field(field, "must not contain a NUL character", null)
                    .asException();
        }
    }
}
