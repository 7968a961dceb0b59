package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** What a remote is to be given. */
@Serdeable
public record PushCommits(
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable @Size(min = 1, max = 1024) String remote,
        @Nullable @Size(min = 1, max = 1024) String branch,
        @Nullable Boolean force,
        @Nullable Boolean setUpstream,
        @Nullable Boolean all,
        @Nullable Boolean tags,
        @Nullable @Size(max = 1024) String username,
        @Nullable @Size(max = 16_384) String password,
        @Nullable @Size(max = 65_536) String sshKey,
        @Nullable @Size(max = 4096) String sshKeyPassword,
        @Nullable @Min(0) Integer waitMs) {}
