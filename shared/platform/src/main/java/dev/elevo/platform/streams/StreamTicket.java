package dev.elevo.platform.streams;

import dev.elevo.contract.agent.DirectTicket;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;

/**
 * A way to one stream without the gateway in between.
 *
 * @param protocols to offer in the handshake; the last one is the credential
 */
@Serdeable
public record StreamTicket(String url, List<String> protocols, Instant expiresAt) {
    /** Of a ticket that the agent at this address has issued. */
    public static StreamTicket of(DirectTicket ticket, String url) {
        return new StreamTicket(url, List.of(Handshake.SUBPROTOCOL, ticket.token()), ticket.expiresAt());
    }
}
