package dev.elevo.contract.files;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Another path for what is at one. */
@Serdeable
public record MoveRequest(
        @NotNull @JsonAlias("source") String src,
        @NotNull @JsonAlias("destination") String dst,
        @Nullable Boolean overwrite,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
