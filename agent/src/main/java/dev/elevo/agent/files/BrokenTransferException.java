package dev.elevo.agent.files;

import java.io.IOException;

/** The client does not send all of its content, or does not take it. */
public final class BrokenTransferException extends IOException {
    public BrokenTransferException(String message) {
        super(message);
    }
}
