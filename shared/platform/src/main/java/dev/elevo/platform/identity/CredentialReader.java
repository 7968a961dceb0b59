package dev.elevo.platform.identity;

import dev.elevo.platform.streams.Handshake;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes the first form that is present, in the order of contract 1.3. A bad credential is never rescued by a later form, nor
 * is an authorization of a scheme we do not know.
 */
final class CredentialReader {
    private static final String API_KEY_HEADER = "X-API-Key";
    private static final String API_KEY_QUERY = "api_key";
    /** For handshakes only: a browser's WebSocket can set no header but the subprotocol. */
    private static final String TOKEN_QUERY = "token";

    private CredentialReader() {}

    static Credential read(HttpRequest<?> request) {
        var authorization = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (authorization != null && ofAuthorization(authorization) instanceof Credential.None none) {
            return none;
        }
        var usual = read(
                authorization,
                request.getHeaders().get(API_KEY_HEADER),
                request.getParameters().get(API_KEY_QUERY));
        if (usual instanceof Credential.None && Handshake.isOn(request)) {
            var offered = Handshake.offeredToken(request)
                    .orElseGet(() -> request.getParameters().get(TOKEN_QUERY));
            return offered == null ? usual : Credential.bearer(offered);
        }
        return usual;
    }

    /**
     * Of what visits a service in a sandbox: an authorization of another scheme is the service's own there, and shuts out no key
     * beside it.
     */
    static Credential read(@Nullable String authorization, @Nullable String header, @Nullable String query) {
        if (authorization != null && ofAuthorization(authorization) instanceof Credential.Presented presented) {
            return presented;
        }
        if (header != null) {
            return new Credential.Key(header.strip());
        }
        if (query != null) {
            return new Credential.Key(query);
        }
        return new Credential.None(authorization == null ? Denial.MISSING_CREDENTIALS : Denial.UNSUPPORTED_SCHEME);
    }

    private static Credential ofAuthorization(String authorization) {
        int space = authorization.indexOf(' ');
        var scheme = space < 0 ? authorization : authorization.substring(0, space);
        var value = space < 0 ? "" : authorization.substring(space + 1).strip();
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> Credential.bearer(value);
            case "apikey" -> new Credential.Key(value);
            default -> new Credential.None(Denial.UNSUPPORTED_SCHEME);
        };
    }
}
