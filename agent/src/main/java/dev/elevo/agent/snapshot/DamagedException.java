package dev.elevo.agent.snapshot;

import java.io.IOException;

/** What is stored of a snapshot is not what was stored. */
public final class DamagedException extends IOException {
    private static final long serialVersionUID = 1;

    private final String snapshot;

    DamagedException(String snapshot, String what) {
        super(what);
        this.snapshot = snapshot;
    }

    DamagedException(String snapshot, String what, Exception cause) {
        super(what, cause);
        this.snapshot = snapshot;
    }

    public String snapshot() {
        return snapshot;
    }
}
