package dev.elevo.agent.workspace;

import java.io.IOException;

/** An address does not take, or does not give, what it should; where the files are is not to blame. */
final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1;

    UnreachableException(String message) {
        super(message);
    }

    UnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
