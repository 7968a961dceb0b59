package dev.elevo.agent.template;

import java.io.IOException;

/** An archive that is broken, or would write where it may not. */
final class HostileArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    HostileArchiveException(String message) {
        super(message);
    }
}
