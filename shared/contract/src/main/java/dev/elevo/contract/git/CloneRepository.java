package dev.elevo.contract.git;

import dev.elevo.contract.sandbox.Rules;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** A repository to be fetched from elsewhere. Credentials are for this one call. */
@Serdeable
public record CloneRepository(
        @NotNull @Size(min = 1, max = 2048) String url,
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable @Size(min = 1, max = 1024) String branch,
        @Nullable @Pattern(regexp = Rules.COMMIT_ID) String commitId,
        @Nullable @Min(1) Integer depth,
        @Nullable Boolean recursive,
        @Nullable @Size(max = 1024) String username,
        @Nullable @Size(max = 16_384) String password,
        @Nullable @Size(max = 65_536) String sshKey,
        @Nullable @Size(max = 4096) String sshKeyPassword,
        @Nullable @Min(1000) @Max(1_800_000) Integer timeoutMs,
        @Nullable @Min(0) Integer waitMs) {}
