package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * Opens one stream at the agent's own door, once.
 *
 * @param token to be offered as a subprotocol behind {@code bearer}
 */
@Serdeable
public record DirectTicket(String token, Instant expiresAt) {
    @Override
    public String toString() {
        return "DirectTicket[]";
    }
}
