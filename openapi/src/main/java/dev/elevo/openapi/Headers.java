package dev.elevo.openapi;

import dev.elevo.contract.RequestId;
import java.util.Map;

/** The headers of requests and answers that the pipeline sees to. */
final class Headers {
    private static final String[] LIMITS = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"};

    private Headers() {}

    /** Of an answer with this status. */
    static Map<String, Object> of(Endpoint endpoint, int status) {
        var headers = Tree.of(RequestId.HEADER, reference(RequestId.HEADER));
        if (!endpoint.isPublic() && status != 401) {
            for (var limit : LIMITS) {
                headers.put(limit, reference(limit));
            }
        }
        switch (status) {
            case 201, 202, 307 -> headers.put("Location", reference("Location"));
            case 401 -> headers.put("WWW-Authenticate", reference("WWW-Authenticate"));
            case 429, 503 -> headers.put("Retry-After", reference("Retry-After"));
            default -> {
                // no others
            }
        }
        if (endpoint.isChange() && !endpoint.isPublic() && status >= 200 && status < 300) {
            headers.put("X-Idempotent-Replayed", reference("X-Idempotent-Replayed"));
        }
        return headers;
    }

    private static Map<String, Object> reference(String name) {
        return Tree.reference("headers", name);
    }

    static Map<String, Object> all() {
        return Tree.of(
                RequestId.HEADER,
                header("Names the request, in errors and logs too", Tree.of("type", "string")),
                LIMITS[0],
                header("Requests a minute in this class", Tree.of("type", "integer")),
                LIMITS[1],
                header("Requests that are left at once", Tree.of("type", "integer")),
                LIMITS[2],
                header("The Unix second at which all are left again", Tree.of("type", "integer", "format", "int64")),
                "Retry-After",
                header("Seconds until it is worth another try", Tree.of("type", "integer", "minimum", 1)),
                "Location",
                header("Where the new thing, or the outcome, is found", Tree.of("type", "string")),
                "WWW-Authenticate",
                header("How to say who one is", Tree.of("type", "string")),
                "X-Idempotent-Replayed",
                header("Whether this is the stored answer to an earlier attempt", Tree.of("type", "boolean")));
    }

    private static Map<String, Object> header(String description, Map<String, Object> schema) {
        return Tree.of("description", description, "schema", schema);
    }

    static Map<String, Object> parameters() {
        return Tree.of(
                "RequestId",
                parameter(
                        RequestId.HEADER,
                        "Names the request; one is made up where there is none",
                        Tree.of("type", "string", "pattern", "^[A-Za-z0-9._-]{1,128}$")),
                "IdempotencyKey",
                parameter(
                        "X-Idempotency-Key",
                        "The same request with the same key is done once, within 24 hours",
                        Tree.of("type", "string", "minLength", 1, "maxLength", 255)));
    }

    private static Map<String, Object> parameter(String name, String description, Map<String, Object> schema) {
        return Tree.of("name", name, "in", "header", "description", description, "schema", schema);
    }
}
