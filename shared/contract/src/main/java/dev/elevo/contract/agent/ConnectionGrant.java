package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * The right to write to one connection of the gateway and to end it, and nothing else.
 *
 * @param url of the connection: POST is a message, DELETE its end
 * @param authorization the header that proves the right
 */
@Serdeable
public record ConnectionGrant(String url, String authorization) {
    /** Understood by the local gateway. API Gateway does not let anybody choose a code, and ignores it. */
    public static final String CLOSE_CODE = "X-Elevo-Close-Code";

    /** Asks the local gateway to answer when the client has room for more. API Gateway ignores it. */
    public static final String WAIT = "X-Elevo-Wait";

    @Override
    public String toString() {
        return "ConnectionGrant[" + url + "]";
    }
}
