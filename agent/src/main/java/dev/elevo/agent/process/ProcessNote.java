package dev.elevo.agent.process;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be remembered of a process from before it starts. The helper holds it beside the process, so that starting one
 * writes nothing to disk and an agent that dies in the middle still finds everything.
 *
 * @param token names the process for ever; pids come again
 * @param command as the caller said it
 * @param maxBuffer bytes kept at each end of each output
 * @param timeoutMs 0 is none
 * @param purpose absent in notes of former versions
 * @param terminal on which it runs; absent for pipes
 */
@Serdeable
record ProcessNote(
        long token,
        String command,
        List<String> args,
        String cwd,
        String user,
        Map<String, String> env,
        @Nullable String onceKey,
        int maxBuffer,
        @Nullable String encoding,
        int timeoutMs,
        @Nullable Purpose purpose,
        @Nullable TerminalNote terminal) {

    /** Notes of former versions are of commands that were waited for. */
    Purpose why() {
        return purpose == null ? Purpose.RUN : purpose;
    }

    ProcessNote on(@Nullable TerminalNote other) {
        return new ProcessNote(
                token, command, args, cwd, user, env, onceKey, maxBuffer, encoding, timeoutMs, purpose, other);
    }
}
