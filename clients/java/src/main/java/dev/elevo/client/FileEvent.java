package dev.elevo.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file was changed.
 *
 * @param event {@code subscribed} at first; {@code created}, {@code modified}, {@code deleted}, {@code renamed}; {@code overflow} when more
 *     happened than could be told, or a connection was lost meanwhile: what is below {@code path} should be listed again
 */
public record FileEvent(
        String event,
        String path,
        @Nullable Boolean isDirectory,
        @Nullable String oldPath,
        @Nullable Instant timestamp) {

    static FileEvent gap(String path) {
        return new FileEvent("overflow", path, null, null, null);
    }
}
