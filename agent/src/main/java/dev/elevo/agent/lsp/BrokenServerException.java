package dev.elevo.agent.lsp;

import java.io.IOException;

/** A server does what none may do. */
final class BrokenServerException extends IOException {
    BrokenServerException(String reason) {
        super(reason);
    }

    BrokenServerException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
