package dev.elevo.contract.pty;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A terminal to open. What is left out comes from the sandbox: its user, shell, environment and working directory.
 *
 * @param term wins over {@code env.TERM} only when it is sent
 * @param timeoutMs of idleness, after which it is ended; 0 is never
 */
@Serdeable
public record CreatePty(
        @Nullable @Min(PtySize.LEAST_COLS) @Max(PtySize.MOST_COLS)
        Integer cols,

        @Nullable @Min(PtySize.LEAST_ROWS) @Max(PtySize.MOST_ROWS)
        Integer rows,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String cwd,

        @Nullable @Size(max = 256) Map<@Pattern(regexp = Rules.ENV_NAME) String, @Size(max = 32_768) String> env,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String shell,

        @Nullable @Size(max = 64) List<@Size(max = 4096) String> shellArgs,
        @Nullable @Size(min = 1, max = 64) String term,
        @Nullable @Min(0) @Max(86_400_000) Integer timeoutMs) {

    public static final int DEFAULT_COLS = 80;
    public static final int DEFAULT_ROWS = 24;
    public static final int DEFAULT_TIMEOUT_MS = 3_600_000;

    /** Everything by default. */
    public static final CreatePty DEFAULT = new CreatePty(null, null, null, null, null, null, null, null, null);
}
