package dev.elevo.client;

import org.jspecify.annotations.Nullable;

/** Nobody answers, not in time, or not what the service would. What was asked for may have been done. */
public final class UnreachableException extends WorkspaceException {

    UnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
