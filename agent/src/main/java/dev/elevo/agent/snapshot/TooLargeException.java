package dev.elevo.agent.snapshot;

import java.io.IOException;

/** There is more in a tree than a snapshot may hold. */
final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(long most) {
        super("The files are larger than " + (most >> 30) + " GB, which is the most that a snapshot may hold");
    }
}
