package dev.elevo.openapi;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The ways to say who one is, of which any one will do. */
final class Security {
    private static final List<String> ANYWHERE = List.of("bearer", "apiKey", "authorizationApiKey", "apiKeyInQuery");
    private static final String OF_STREAMS = "tokenInQuery";

    private Security() {}

    static List<Object> anywhere() {
        return ANYWHERE.stream().map(Security::requirement).toList();
    }

    static List<Object> ofStreams() {
        return Stream.concat(ANYWHERE.stream(), Stream.of(OF_STREAMS))
                .map(Security::requirement)
                .toList();
    }

    private static Object requirement(String name) {
        return Tree.of(name, List.of());
    }

    static Map<String, Object> schemes() {
        return Tree.of(
                "bearer",
                Tree.of(
                        "type",
                        "http",
                        "scheme",
                        "bearer",
                        "bearerFormat",
                        "JWT",
                        "description",
                        "A JWT; what is none is tried as an API key"),
                "apiKey",
                key("X-API-Key", "header", "An API key"),
                "authorizationApiKey",
                key("Authorization", "header", "`ApiKey`, a space and an API key"),
                "apiKeyInQuery",
                key("api_key", "query", "An API key, where no header can be set"),
                OF_STREAMS,
                key("token", "query", "Of WebSocket handshakes only: a JWT, an API key or a one-use token"));
    }

    private static Map<String, Object> key(String name, String place, String description) {
        return Tree.of("type", "apiKey", "in", place, "name", name, "description", description);
    }
}
