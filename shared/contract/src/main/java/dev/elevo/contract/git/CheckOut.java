package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the work tree is to become, or some paths of it. */
@Serdeable
public record CheckOut(
        @NotNull @Size(min = 1, max = 4096) String path,
        @NotNull @Size(min = 1, max = 1024) String target,
        @Nullable Boolean create,
        @Nullable @Size(max = 1000) List<@Size(min = 1, max = 4096) String> paths,
        @Nullable Boolean force,
        @Nullable @Min(0) Integer waitMs) {}
