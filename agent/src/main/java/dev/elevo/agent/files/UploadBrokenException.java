package dev.elevo.agent.files;

import java.io.IOException;

/** The client did not send all of its content. */
public final class UploadBrokenException extends IOException {
    public UploadBrokenException(String message) {
        super(message);
    }
}
