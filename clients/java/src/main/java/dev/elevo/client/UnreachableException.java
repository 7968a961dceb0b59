package dev.elevo.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nobody answers, not in time, or not what the service would. What was asked for may have been done. */
public final class UnreachableException extends WorkspaceException {
    private final transient @Nullable Duration retryAfter;

    UnreachableException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    UnreachableException(String message, @Nullable Throwable cause, @Nullable Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** Before which another attempt is no use, where that was said. */
    Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
