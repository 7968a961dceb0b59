package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of the index. */
@Serdeable
public record CommitChanges(
        @NotNull @Size(min = 1, max = 4096) String path,
        @Nullable @Size(min = 1, max = 65_536) String message,
        @Nullable @Size(min = 1, max = 255) String author,
        @Nullable @Size(min = 1, max = 255) String email,
        @Nullable Boolean allowEmpty,
        @Nullable Boolean amend,
        @Nullable Boolean noVerify,
        @Nullable Boolean sign,
        @Nullable @Size(max = 20) List<@Valid CoAuthor> coAuthors,
        @Nullable @Min(0) Integer waitMs) {}
