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
 * A program as text, to be compiled where its language wants that, and run to its end.
 *
 * @param input all of stdin, which is then closed
 * @param captureCharts whether the figures it draws come back with the result
 */
@Serdeable
public record CodeRunRequest(
        @NotNull @Size(min = 1, max = 1_048_576) String code,

        @NotNull @Pattern(regexp = CodeLanguages.PATTERN) String language,

        @Nullable @Size(max = 1000) List<String> args,
        @Nullable @Size(max = 256) Map<@Pattern(regexp = Rules.ENV_NAME) String, @Size(max = 32_768) String> env,
        @Nullable @Min(1) @Max(86_400_000) Integer timeoutMs,
        @Nullable @Min(0) Integer waitMs,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String cwd,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user,

        @Nullable @Size(max = 1_048_576) String input,
        @Nullable Boolean captureCharts) {
    public static final int DEFAULT_TIMEOUT_MS = 30_000;
}
