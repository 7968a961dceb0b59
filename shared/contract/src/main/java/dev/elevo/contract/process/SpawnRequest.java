package dev.elevo.contract.process;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command to start and leave running. What is left out is as in a {@link RunRequest}.
 *
 * @param timeoutMs 0 is none
 * @param maxBuffer bytes kept of each stream
 * @param stdin whether its stdin stays open, to be written to later
 */
@Serdeable
public record SpawnRequest(
        @NotNull @Size(min = 1, max = 131_072) String command,
        @Nullable Boolean useShell,
        @Nullable @Size(max = 1000) List<String> args,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String cwd,

        @Nullable @Size(max = 256) Map<@Pattern(regexp = Rules.ENV_NAME) String, @Size(max = 32_768) String> env,
        @Nullable Boolean replaceEnv,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String shell,

        @Nullable @Min(0) @Max(86_400_000) Integer timeoutMs,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding,
        @Nullable @Min(1) @Max(RunRequest.MOST_BUFFER) Integer maxBuffer,
        @Nullable Boolean stdin,
        @Nullable @Size(max = 64) String tag) {

    /** The same as a run that nobody waits for. */
    public RunRequest asRun() {
        return new RunRequest(
                command,
                useShell,
                args,
                cwd,
                env,
                replaceEnv,
                user,
                shell,
                timeoutMs == null ? 0 : timeoutMs,
                0,
                encoding,
                maxBuffer,
                null);
    }
}
