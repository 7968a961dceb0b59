package dev.elevo.contract.pty;

import io.micronaut.serde.annotation.Serdeable;

/** The terminal has taken all of it. */
@Serdeable
public record PtyWritten(boolean success, String message, int bytesWritten) {
    public static PtyWritten of(int bytes) {
        return new PtyWritten(true, bytes + " bytes written", bytes);
    }
}
