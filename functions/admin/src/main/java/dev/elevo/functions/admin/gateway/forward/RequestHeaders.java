package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.RequestId;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which headers go to an upstream, and which come back from it. */
final class RequestHeaders {
    /** Not of the thread: instances that begin with one snapshot would all begin with the same ids. */
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Of one connection, not of the message; and what the client of the upstream sets for itself. */
    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** What we say about the caller, so he does not; and our own credential. */
    private static final Set<String> REPLACED = Set.of(
            "host",
            "content-length",
            "expect",
            "x-api-key",
            "x-user-id",
            "x-user-permissions",
            "x-request-id",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "via",
            "traceparent");

    private static final String OWN = "x-gateway-";
    private static final String BEARER = "bearer ";
    private static final Pattern BREAKS = Pattern.compile("[\\r\\n\\x00]");
    private static final Pattern TRACE = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private RequestHeaders() {}

    /** Facts about the request that the upstream is told. */
    record Facts(
            String requestId,
            String client,
            String deployment,
            String routeId,
            @Nullable Principal caller) {}

    static List<UpstreamAnswer.Header> forwarded(HttpRequest<?> request, Facts facts) {
        var sent = request.getHeaders();
        var named = ofConnection(sent.getAll("connection"));
        var headers = new ArrayList<UpstreamAnswer.Header>(24);
        sent.forEachValue((name, value) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (passes(lower, named) && (!lower.equals("authorization") || isBearer(value))) {
                add(headers, name, value);
            }
        });
        add(headers, RequestId.HEADER, facts.requestId());
        add(headers, "X-Forwarded-For", appended(sent.getAll("x-forwarded-for"), facts.client()));
        add(headers, "X-Forwarded-Host", orElse(sent.get(HttpHeaders.HOST), ""));
        add(headers, "X-Forwarded-Proto", "https".equals(sent.get("x-forwarded-proto")) ? "https" : "http");
        add(headers, "Via", appended(sent.getAll("via"), "1.1 " + facts.deployment()));
        add(headers, "X-Gateway-Route-ID", facts.routeId());
        var caller = facts.caller();
        if (caller != null) {
            add(headers, "X-User-ID", caller.userId());
            add(headers, "X-User-Permissions", String.join(",", caller.scopes()));
        }
        add(headers, "traceparent", trace(sent.get("traceparent")));
        return headers;
    }

    /** What comes back, but for what was of the connection, and for lengths, which are counted anew. */
    static boolean comesBack(String name, Set<String> named) {
        var lower = name.toLowerCase(Locale.ROOT);
        return !OF_CONNECTION.contains(lower) && !named.contains(lower) && !lower.equals("content-length");
    }

    static Set<String> ofConnection(List<String> values) {
        return values.isEmpty()
                ? Set.of()
                : values.stream()
                        .flatMap(value -> Stream.of(value.split(",")))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
    }

    /** Whether it has been here before. */
    static boolean isLoop(HttpRequest<?> request, String deployment) {
        return request.getHeaders().getAll("via").stream().anyMatch(via -> via.contains(deployment));
    }

    private static boolean passes(String lower, Set<String> named) {
        return !OF_CONNECTION.contains(lower)
                && !REPLACED.contains(lower)
                && !lower.startsWith(OWN)
                && !named.contains(lower);
    }

    private static boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    /** A gateway in front may have named the client already. */
    private static String appended(List<String> values, String last) {
        var all = String.join(", ", values);
        return all.isEmpty() ? last : all.equals(last) || all.endsWith(", " + last) ? all : all + ", " + last;
    }

    private static String trace(@Nullable String sent) {
        if (sent != null && TRACE.matcher(sent).matches()) {
            return sent;
        }
        var id = new byte[24];
        RANDOM.nextBytes(id);
        var text = HexFormat.of().formatHex(id);
        return "00-" + text.substring(0, 32) + "-" + text.substring(32) + "-00";
    }

    /** Nothing that would end the line early: what a client sent was split by lines before, what we say was not. */
    private static void add(List<UpstreamAnswer.Header> headers, String name, String value) {
        headers.add(new UpstreamAnswer.Header(name, BREAKS.matcher(value).replaceAll(" ")));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
