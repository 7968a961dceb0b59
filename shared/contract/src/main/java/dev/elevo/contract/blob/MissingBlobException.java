package dev.elevo.contract.blob;

import java.io.IOException;

/** Nothing is kept under the key, or less than was asked for. */
public final class MissingBlobException extends IOException {
    private static final long serialVersionUID = 1;

    private final String key;

    public MissingBlobException(String key) {
        super("no " + key + " of that length");
        this.key = key;
    }

    public String key() {
        return key;
    }
}
