package dev.elevo.agent.workspace;

import java.io.IOException;

/** There is more than there are addresses for. */
final class TooManyPartsException extends IOException {
    private static final long serialVersionUID = 1;

    TooManyPartsException(int parts) {
        super("more than " + parts + " parts");
    }
}
