package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that the control plane runs inside a sandbox to answer a call of its own. It is a process like any other, and its
 * output, where it is answered, is base64.
 *
 * @param command how it is called in lists
 * @param line what is executed
 * @param input all of its stdin, which is written down nowhere
 * @param mark given back with the result, for whoever reads it
 */
@Serdeable
public record ToolRun(
        String command,
        List<String> line,
        String cwd,
        Map<String, String> env,
        int timeoutMs,
        int waitMs,
        int maxBuffer,
        @Nullable String input,
        String mark) {
    public ToolRun {
        line = List.copyOf(line);
        env = Map.copyOf(env);
    }

    /** What it has in common with every command. */
    public RunRequest asRun() {
        return new RunRequest(
                command, false, null, cwd, env, false, null, null, timeoutMs, waitMs, "base64", maxBuffer, input);
    }

    /** Without its line, environment and input, which are nobody's to read. */
    @Override
    public String toString() {
        return "ToolRun[" + command + "]";
    }
}
