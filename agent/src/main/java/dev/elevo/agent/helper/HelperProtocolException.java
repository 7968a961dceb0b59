package dev.elevo.agent.helper;

import java.io.IOException;

/** The other end of the socket does not speak as a helper does; nothing it said is to be believed any more. */
public final class HelperProtocolException extends IOException {
    public HelperProtocolException(String message) {
        super(message);
    }
}
