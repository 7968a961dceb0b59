package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the current branch is to stand. */
@Serdeable
public record ResetBranch(
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable @Size(min = 1, max = 1024) String target,
        @Nullable @Pattern(regexp = "soft|mixed|hard") String mode,
        @Nullable @Size(max = 1000) List<@Size(min = 1, max = 4096) String> paths,
        @Nullable @Min(0) Integer waitMs) {}
