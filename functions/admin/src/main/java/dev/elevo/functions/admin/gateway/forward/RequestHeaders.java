package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.RequestId;
import dev.elevo.contract.trace.TraceContext;
import dev.elevo.platform.engine.AgentRoutes;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.trace.Trace;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which headers go to an upstream, and which come back from it. */
final class RequestHeaders {
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

    /** In an answer. What leads to the agent is for our own functions to say: the gateway would believe it of an upstream's answer, too. */
    private static final Set<String> OURS =
            Set.of("content-length", "x-request-id", "x-cache", AgentRoutes.RELAY_HEADER.toLowerCase(Locale.ROOT));

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
            TraceContext.TRACE_PARENT);

    private static final String OWN = "x-gateway-";
    private static final String BEARER = "bearer ";
    private static final String COMMA = ",";

    private static final int DELETE = 0x7f;

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
            add(headers, "X-Gateway-Organization-ID", printable(caller.organizationId()));
            add(headers, "X-User-ID", printable(caller.userId()));
            add(headers, "X-User-Permissions", permissions(caller));
        }
        add(headers, TraceContext.TRACE_PARENT, trace());
        return headers;
    }

    /**
     * Without what would be read as several, and without what an organization's own key says of the operator's things, which it does
     * not grant here either.
     */
    private static String permissions(Principal caller) {
        return caller.scopes().stream()
                .filter(scope -> !scope.contains(COMMA) && caller.grants(scope))
                .map(RequestHeaders::printable)
                .collect(Collectors.joining(COMMA));
    }

    /** Percent-encoded where it is not printable ASCII, and a percent sign too: two names never become one. */
    private static String printable(String text) {
        var encoded = new StringBuilder(text.length());
        for (var next : text.getBytes(StandardCharsets.UTF_8)) {
            if (next > ' ' && next < DELETE && next != '%') {
                encoded.append((char) next);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(next));
            }
        }
        return encoded.toString();
    }

    /** What comes back, but for what was of the connection, for lengths, which are counted anew, and for what we say ourselves. */
    static List<UpstreamAnswer.Header> comingBack(UpstreamAnswer answer) {
        var named = ofConnection(answer.all("connection"));
        return answer.headers().stream()
                .filter(header -> {
                    var lower = header.name().toLowerCase(Locale.ROOT);
                    return !OF_CONNECTION.contains(lower)
                            && !named.contains(lower)
                            && !OURS.contains(lower)
                            && !lower.startsWith("x-ratelimit-");
                })
                .toList();
    }

    private static Set<String> ofConnection(List<String> values) {
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
        // To upstreams that make variables of headers, both are one name.
        var spelt = lower.replace('_', '-');
        return !OF_CONNECTION.contains(spelt)
                && !REPLACED.contains(spelt)
                && !spelt.startsWith(OWN)
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

    /** What the upstream does is a part of what is done here. */
    private static String trace() {
        return Trace.current()
                .map(Trace::context)
                .orElseGet(() -> TraceContext.begun(false))
                .header();
    }

    /** What a client sent was split by lines before, what we say was not. */
    private static void add(List<UpstreamAnswer.Header> headers, String name, String value) {
        headers.add(new UpstreamAnswer.Header(name, HeaderSyntax.inOneLine(value)));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
