package dev.elevo.agent.dns;

import java.io.IOException;

/** A message that is none of the domain name system, or one that we do not answer. */
final class MalformedMessageException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String message) {
        super(message);
    }
}
