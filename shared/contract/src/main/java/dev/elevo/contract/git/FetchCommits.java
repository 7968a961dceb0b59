package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What is to be fetched, and no more. */
@Serdeable
public record FetchCommits(
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable @Size(min = 1, max = 1024) String remote,
        @Nullable Boolean all,
        @Nullable Boolean prune,
        @Nullable Boolean tags,
        @Nullable @Size(max = 1024) String username,
        @Nullable @Size(max = 16_384) String password,
        @Nullable @Size(max = 65_536) String sshKey,
        @Nullable @Size(max = 4096) String sshKeyPassword,
        @Nullable @Min(0) Integer waitMs) {}
