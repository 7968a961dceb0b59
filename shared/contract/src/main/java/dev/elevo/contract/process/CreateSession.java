package dev.elevo.contract.process;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session to begin; every field is optional.
 *
 * @param timeoutMs without a command, after which it ends
 */
@Serdeable
public record CreateSession(
        @Nullable @Pattern(regexp = Rules.SESSION_ID) String id,

        @Nullable @Pattern(regexp = Rules.PATH) @Size(max = 4096)
        String cwd,

        @Nullable @Size(max = 256) Map<@Pattern(regexp = Rules.ENV_NAME) String, @Size(max = 32_768) String> env,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user,

        @Nullable @Min(1000) @Max(86_400_000) Integer timeoutMs) {
    public static final int DEFAULT_TIMEOUT_MS = 3_600_000;
}
