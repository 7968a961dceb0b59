package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.Failure;
import dev.elevo.functions.admin.gateway.GatewayAnswer;
import dev.elevo.functions.admin.gateway.GatewayEnvelope;
import dev.elevo.functions.admin.gateway.RouteSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request was not forwarded, or what came back was not passed on. */
record Refusal(int status, Map<String, String> headers, GatewayAnswer<Object> body) {

    static Refusal of(Failure failure) {
        var headers = new LinkedHashMap<String, String>();
        switch (failure) {
            case Failure.Limited limited -> headers.put("Retry-After", Long.toString(limited.retryAfterSeconds()));
            case Failure.Unavailable away -> headers.put("Retry-After", Long.toString(away.retryAfterSeconds()));
            case Failure.Refused refused -> {}
            case Failure.Invalid invalid -> {}
        }
        if (failure.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return new Refusal(GatewayEnvelope.statusOf(failure), headers, GatewayEnvelope.answer(failure));
    }

    /** Not one of the statuses that are asked for again: the gateway itself is who reads it. */
    static Refusal loop() {
        return new Refusal(
                508,
                Map.of(),
                answer("F50200", "The request has been here before: the route leads back here", Map.of()));
    }

    static Refusal permissionMissing(RouteSettings route) {
        var quantity = route.permissionStrategy().equals(RouteSettings.ALL_PERMISSIONS) ? "all" : "one";
        var required = String.join(", ", route.requiredPermissions());
        return new Refusal(
                403, Map.of(), answer("F40003", "The route requires " + quantity + " of: " + required, Map.of()));
    }

    static Refusal badUpstream(String message) {
        return new Refusal(502, Map.of(), answer("F50200", message, Map.of()));
    }

    static Refusal badUpstream(String message, int upstreamStatus) {
        return new Refusal(502, Map.of(), answer("F50200", message, Map.of("upstream_status", upstreamStatus)));
    }

    static Refusal noInstance(String service) {
        return new Refusal(503, Map.of(), answer("F50300", "No instance of " + service + " is healthy", Map.of()));
    }

    static Refusal circuitOpen(Duration left) {
        var seconds = Math.max(1, left.plusNanos(999_999_999).toSeconds());
        return new Refusal(
                503,
                Map.of("Retry-After", Long.toString(seconds)),
                answer("F50301", "The service has failed too often and is left alone", Map.of()));
    }

    static Refusal timeUp() {
        return new Refusal(504, Map.of(), answer("F50400", "The time of the request is used up", Map.of()));
    }

    private static GatewayAnswer<Object> answer(String code, String message, Map<String, Object> content) {
        return new GatewayAnswer<>(code, message, content);
    }
}
