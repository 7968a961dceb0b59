package dev.elevo.platform.identity;

import dev.elevo.platform.streams.Handshake;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes the first form that is present, in the order of contract 1.3. A bad credential is never rescued by a later form;
 * an authorization scheme we do not know is no form, so a proxy's own does not shut out an API key beside it.
 */
final class CredentialReader {
    private static final String API_KEY_HEADER = "X-API-Key";
    private static final String API_KEY_QUERY = "api_key";
    /** For handshakes only: a browser's WebSocket can set no header but the subprotocol. */
    private static final String TOKEN_QUERY = "token";

    private CredentialReader() {}

    static Credential read(HttpRequest<?> request) {
        var usual = read(
                request.getHeaders().get(HttpHeaders.AUTHORIZATION),
                request.getHeaders().get(API_KEY_HEADER),
                request.getParameters().get(API_KEY_QUERY));
        if (usual instanceof Credential.None && Handshake.isOn(request)) {
            var offered = Handshake.offeredToken(request)
                    .orElseGet(() -> request.getParameters().get(TOKEN_QUERY));
            return offered == null ? usual : Credential.bearer(offered);
        }
        return usual;
    }

    /** Of the header Authorization, the header of API keys, and the query. */
    static Credential read(@Nullable String authorization, @Nullable String header, @Nullable String query) {
        if (authorization != null) {
            int space = authorization.indexOf(' ');
            var scheme = space < 0 ? authorization : authorization.substring(0, space);
            var value = space < 0 ? "" : authorization.substring(space + 1).strip();
            switch (scheme.toLowerCase(Locale.ROOT)) {
                case "bearer" -> {
                    return Credential.bearer(value);
                }
                case "apikey" -> {
                    return new Credential.Key(value);
                }
                default -> {} // told below, if nothing else is there
            }
        }
        if (header != null) {
            return new Credential.Key(header.strip());
        }
        if (query != null) {
            return new Credential.Key(query);
        }
        return new Credential.None(authorization == null ? Denial.MISSING_CREDENTIALS : Denial.UNSUPPORTED_SCHEME);
    }
}
