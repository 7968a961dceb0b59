package dev.elevo.contract.files;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files to be written all or none. */
@Serdeable
public record WriteBatch(
        @NotNull @Size(min = 1, max = 1000) List<@NotNull @Valid WriteEntry> files,

        @Nullable @Pattern(regexp = Rules.USERNAME) @Size(min = 1, max = 32)
        String user) {}
