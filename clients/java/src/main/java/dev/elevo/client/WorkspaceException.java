package dev.elevo.client;

import org.jspecify.annotations.Nullable;

/** What became of a call that brought no result: refused by the service ({@link ApiException}), or not answered by it. */
public abstract sealed class WorkspaceException extends RuntimeException permits ApiException, UnreachableException {

    WorkspaceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
