package dev.elevo.contract.run;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /runs}.
 *
 * @param sandboxId its id or its name
 * @param params whatever the client has set for it
 */
@Serdeable
public record CreateRun(
        @NotNull @Size(min = 1, max = 100) String name,
        @Nullable @Size(max = 100) String project,
        @Nullable @Size(min = 1, max = 255) String sandboxId,
        @Nullable Map<String, Object> params,
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels) {}
