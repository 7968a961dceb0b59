package dev.elevo.functions.process;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;

/**
 * A way to one stream without the gateway in between.
 *
 * @param protocols to offer in the handshake; the last one is the credential
 */
@Serdeable
record StreamTicket(String url, List<String> protocols, Instant expiresAt) {}
