package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** An address to which one file may be sent. */
@Serdeable
public record UploadUrlRequest(
        @NotNull String path,
        @Nullable @Min(1) @Max(86_400) Integer expiresIn,
        @Nullable FileMode mode,
        @Nullable Boolean overwrite,
        @Nullable Boolean createParents,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
