package dev.elevo.localstack.gateway;

import dev.elevo.contract.Area;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request for a WebSocket of a stream. It names the stream by its path, or, as an API for WebSockets has only one path, by
 * the parameter {@code stream}; the function gets to see the latter, as behind a front end that maps the one to the other.
 */
record Upgrade(Area area, String connectionId, Map<String, List<String>> query) {
    private static final String STREAM = "stream";
    private static final int ID_BYTES = 11;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Empty for any other request, also for one that names no stream: that is nobody's path then. */
    static Optional<Upgrade> of(FullHttpRequest request) {
        if (!request.method().equals(HttpMethod.GET)
                || !request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            return Optional.empty();
        }
        var query = new LinkedHashMap<String, List<String>>();
        String path;
        try {
            var target = new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, 1024, true);
            query.putAll(target.parameters());
            path = target.path();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // an escape that is none: refused as such with any other request
        }
        var stream = path.equals("/") ? String.join(",", query.getOrDefault(STREAM, List.of())) : path;
        query.put(STREAM, List.of(stream));
        return Stream.of(Area.values())
                .filter(area -> area.servesStream(stream))
                .findFirst()
                .map(area -> new Upgrade(area, newId(), query));
    }

    private static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
