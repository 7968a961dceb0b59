package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A file to be written.
 *
 * @param encoding of the content: a charset, or {@code base64}
 * @param mode of a new file; of one that is there when it is sent
 */
@Serdeable
public record WriteRequest(
        @NotNull String path,
        @NotNull String content,
        @Nullable String encoding,
        @Nullable FileMode mode,
        @Nullable Boolean createParents,
        @Nullable Boolean overwrite,
        @Nullable Boolean append,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
