package dev.elevo.platform.microvm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The service did not do it. */
public final class MicrovmException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final @Nullable Duration retryAfter;

    /** Why, as far as a caller can do something about it. */
    public enum Kind {
        /** The request breaks a rule of the service. */
        INVALID,
        /** Our role may not, or the region has no such service. */
        DENIED,
        /** No such MicroVM; or, at a start, no version of the image that may be used. */
        NOT_FOUND,
        /** Its state forbids it just now. */
        CONFLICT,
        /** The account has as many as it may. */
        QUOTA,
        /** Too many calls. */
        THROTTLED,
        /** The region has no room now. */
        NO_CAPACITY,
        /** The service is broken, or was not reached: it may have been done all the same. */
        UNAVAILABLE;

        /** Whether the same call may succeed soon. */
        boolean isPassing() {
            return this == THROTTLED || this == UNAVAILABLE;
        }
    }

    MicrovmException(Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public Kind kind() {
        return kind;
    }

    /** As the service asked for it. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
