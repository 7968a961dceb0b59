package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /sandboxes/{id}/fork}. What is not said is as it is in the source.
 *
 * @param namePrefix of several, which are numbered from 1
 */
@Serdeable
public record ForkSandbox(
        @Nullable @Min(1) @Max(20) Integer count,

        @Nullable @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String name,

        @Nullable @Pattern(regexp = Rules.NAME) @Size(min = 2, max = 60)
        String namePrefix,

        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata,
        @Nullable @Min(0) @Max(86_400_000) Integer timeoutMs) {

    public static final ForkSandbox ONE = new ForkSandbox(null, null, null, null, null, null);

    public int number() {
        return count == null ? 1 : count;
    }
}
