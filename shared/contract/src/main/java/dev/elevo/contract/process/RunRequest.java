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
 * A command to run to its end. What is left out comes from the sandbox: its user, shell, environment and working directory.
 *
 * @param maxBuffer bytes kept of each stream
 * @param input all of stdin, which is then closed
 */
@Serdeable
public record RunRequest(
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

        @Nullable @Min(1) @Max(86_400_000) Integer timeoutMs,
        @Nullable @Min(0) Integer waitMs,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding,
        @Nullable @Min(1) @Max(MOST_BUFFER) Integer maxBuffer,
        @Nullable @Size(max = 1_048_576) String input) {

    public static final int MOST_BUFFER = 10_485_760;
    public static final int DEFAULT_TIMEOUT_MS = 60_000;
}
