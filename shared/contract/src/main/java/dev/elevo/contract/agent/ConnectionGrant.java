package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to one connection of the gateway and to end it, and nothing else.
 *
 * @param url of the connection: POST is a message, DELETE its end
 * @param authorization the header that proves the right; absent where each request is signed
 * @param key to sign each request with; absent where a header is enough
 */
@Serdeable
public record ConnectionGrant(
        String url,
        @Nullable String authorization,
        @Nullable SigningKey key) {
    /** Understood by the local gateway. API Gateway does not let anybody choose a code, and ignores it. */
    public static final String CLOSE_CODE = "X-Elevo-Close-Code";

    /** Asks the local gateway to answer when the client has room for more. API Gateway ignores it. */
    public static final String WAIT = "X-Elevo-Wait";

    /** By a header, for as long as the connection lasts. */
    public static ConnectionGrant byHeader(String url, String authorization) {
        return new ConnectionGrant(url, authorization, null);
    }

    /** By signatures, as long as the key is good. */
    public static ConnectionGrant byKey(String url, SigningKey key) {
        return new ConnectionGrant(url, null, key);
    }

    @Override
    public String toString() {
        return "ConnectionGrant[" + url + "]";
    }
}
