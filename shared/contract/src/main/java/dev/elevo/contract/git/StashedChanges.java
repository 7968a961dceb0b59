package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stash after what was done with it. */
@Serdeable
public record StashedChanges(
        boolean success,
        String message,
        String action,
        List<StashInfo> stashes,
        @Nullable Boolean created) {}
