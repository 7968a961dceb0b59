package dev.elevo.platform.streams;

import org.jspecify.annotations.Nullable;

/** The gateway did not answer: what was handed in may have been sent or not. */
public final class OutletException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OutletException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
