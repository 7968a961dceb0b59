package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewNames;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers that send a browser elsewhere: to the same address, spelled better. */
final class PreviewTurns {
    private PreviewTurns() {}

    /** Relative links need the slash at the end of the prefix. */
    static FullHttpResponse toSlash(PreviewAddress address) {
        var query = address.query();
        return to(HttpResponseStatus.PERMANENT_REDIRECT, address.prefix() + "/" + (query == null ? "" : "?" + query));
    }

    /**
     * Puts the ticket where no page, log or link shows it.
     *
     * @param isSecure whether the browser came by https, and must not come with it in any other way
     */
    static FullHttpResponse toCookie(
            PreviewAddress address, String ticket, Instant expiresAt, @Nullable String query, boolean isSecure) {
        var path = address.prefix() + address.path();
        if (path.startsWith("//") || path.startsWith("/\\")) {
            // A browser would take what follows for another host.
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The path begins with two slashes").asException();
        }
        var response = to(HttpResponseStatus.SEE_OTHER, path + (query == null ? "" : "?" + query));
        var seconds = Math.max(1, Duration.between(Instant.now(), expiresAt).toSeconds());
        response.headers()
                .set(
                        HttpHeaderNames.SET_COOKIE,
                        PreviewNames.TICKET_COOKIE + "=" + ticket + "; Path=" + address.prefix() + "/; Max-Age="
                                + seconds + "; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : ""));
        return response;
    }

    private static FullHttpResponse to(HttpResponseStatus status, String location) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers()
                .set(HttpHeaderNames.LOCATION, escaped(location))
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("Referrer-Policy", "no-referrer")
                .set(HttpHeaderNames.CONTENT_LENGTH, 0);
        return response;
    }

    private static String escaped(String location) {
        var escaped = new StringBuilder(location.length());
        location.chars().forEach(octet -> {
            if (octet > ' ' && octet < 0x7f) {
                escaped.append((char) octet);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", octet & 0xff));
            }
        });
        return escaped.toString();
    }
}
