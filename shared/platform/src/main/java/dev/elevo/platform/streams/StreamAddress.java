package dev.elevo.platform.streams;

import dev.elevo.contract.agent.AgentPaths;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Says where a stream is found: below the host by which somebody has reached us, or, where WebSockets have a gateway of their own
 * ({@code ELEVO_STREAMS_URL}), there.
 */
@Singleton
public final class StreamAddress {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");

    private final String url;

    StreamAddress(@Value("${elevo.streams.url:}") String url) {
        this.url = url;
    }

    public String of(HttpRequest<?> request, String path, String token) {
        if (!url.isBlank()) {
            return url + "?stream=" + URLEncoder.encode(path, StandardCharsets.UTF_8) + "&token=" + token;
        }
        return scheme(request) + "://" + host(request) + path + "?token=" + token;
    }

    /** Of the agent's own door, for whoever has a ticket. */
    public static String direct(HttpRequest<?> request) {
        return scheme(request) + "://" + host(request) + AgentPaths.DIRECT;
    }

    private static String scheme(HttpRequest<?> request) {
        return "https".equals(request.getHeaders().get("X-Forwarded-Proto")) ? "wss" : "ws";
    }

    /** Only what can be a host: the header is the client's. */
    private static String host(HttpRequest<?> request) {
        var host = request.getHeaders().get(HttpHeaders.HOST);
        return host != null && HOST.matcher(host).matches() ? host : "localhost";
    }
}
