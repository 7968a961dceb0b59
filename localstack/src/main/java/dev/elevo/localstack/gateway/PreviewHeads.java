package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewAnswer.Pass;
import dev.elevo.contract.preview.PreviewNames;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The heads of requests and answers, written anew: what concerns one connection ends with it, and how a body is framed is said
 * once, by us. So no two servers can see two different requests in the same bytes.
 */
final class PreviewHeads {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** Said by us, and to be believed. */
    private static final List<String> FORWARDED =
            List.of("forwarded", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-port", "x-real-ip");

    /** What would hold for the whole host, or longer than the sandbox lives. */
    private static final List<String> OF_THE_HOST = List.of("strict-transport-security", "alt-svc");

    /** What would reach into the origin that a path shares with the API. */
    private static final List<String> OF_THE_ORIGIN = List.of(
            "set-cookie",
            "clear-site-data",
            "service-worker-allowed",
            "access-control-allow-credentials",
            "nel",
            "report-to",
            "reporting-endpoints");

    /** An origin of its own for whatever is shown: no cookies, no storage, no requests in our name. */
    private static final String SANDBOXED = "sandbox allow-scripts allow-forms";

    private static final String WEBSOCKET = "websocket";
    private static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private PreviewHeads() {}

    /** How long its body is has been made certain by whoever read it. */
    static void checkVersion(HttpRequest request) {
        var version = request.protocolVersion();
        if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request is not HTTP/1.1").asException();
        }
    }

    /** Whether the proxy before us was asked by https. */
    static boolean isSecure(HttpHeaders headers) {
        return "https".equalsIgnoreCase(headers.get(FORWARDED_PROTO));
    }

    static boolean asksForWebSocket(HttpRequest request) {
        return request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && request.headers().contains(HttpHeaderNames.UPGRADE, WEBSOCKET, true)
                && tokens(request.headers()).contains("upgrade");
    }

    static boolean becomesWebSocket(HttpResponse response) {
        return response.headers().contains(HttpHeaderNames.UPGRADE, WEBSOCKET, true);
    }

    /** @param query without what is ours */
    static HttpRequest toSandbox(
            HttpRequest asked, PreviewAddress address, @Nullable String query, Pass pass, InetSocketAddress client) {
        var headers = asked.headers().copy();
        var host = headers.get(HttpHeaderNames.HOST);
        var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        var isChunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
        var isWebSocket = asksForWebSocket(asked);
        var before = headers.getAll(FORWARDED_FOR);
        var isSecure = isSecure(headers);
        PreviewCredentials.remove(headers, pass, address.isByPath());
        removeHopByHop(headers);
        FORWARDED.forEach(headers::remove);

        headers.set(FORWARDED_FOR, joined(before, client.getAddress().getHostAddress()));
        headers.set(FORWARDED_PROTO, isSecure ? "https" : "http");
        if (host != null) {
            headers.set(HttpHeaderNames.HOST, host);
            headers.set("X-Forwarded-Host", host);
        }
        if (address.isByPath()) {
            headers.set("X-Forwarded-Prefix", address.prefix());
        }
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (isChunked) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        } else if (length != null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        if (isWebSocket) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            headers.set(HttpHeaderNames.UPGRADE, WEBSOCKET);
        } else {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        var target = address.path() + (query == null ? "" : "?" + query);
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, asked.method(), target, headers);
    }

    /** Without its framing, which depends on the client's connection. */
    static HttpResponse toClient(HttpResponse given, PreviewAddress address) {
        var headers = given.headers().copy();
        var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        removeHopByHop(headers);
        OF_THE_HOST.forEach(headers::remove);
        if (address.isByPath()) {
            OF_THE_ORIGIN.forEach(headers::remove);
            headers.add(CONTENT_SECURITY_POLICY, SANDBOXED);
        } else {
            var cookies = headers.getAll(HttpHeaderNames.SET_COOKIE);
            headers.remove(HttpHeaderNames.SET_COOKIE);
            cookies.stream()
                    .filter(PreviewHeads::isTheirs)
                    .forEach(cookie -> headers.add(HttpHeaderNames.SET_COOKIE, ofThisHostOnly(cookie)));
        }
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        }
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, given.status(), headers);
    }

    private static boolean isTheirs(String cookie) {
        var equals = cookie.indexOf('=');
        return equals < 0 || !cookie.substring(0, equals).strip().equals(PreviewNames.TICKET_COOKIE);
    }

    /** A cookie of the whole domain would go to the neighbours, and theirs would come here. */
    private static String ofThisHostOnly(String cookie) {
        var parts = cookie.split(";", -1);
        var attributes = Stream.of(parts).skip(1).filter(part -> !isDomain(part));
        return Stream.concat(Stream.of(parts[0]), attributes).collect(Collectors.joining(";"));
    }

    private static boolean isDomain(String attribute) {
        return attribute.split("=", 2)[0].strip().equalsIgnoreCase("domain");
    }

    private static void removeHopByHop(HttpHeaders headers) {
        tokens(headers).forEach(headers::remove);
        HOP_BY_HOP.forEach(headers::remove);
    }

    /** What the header Connection names: those headers are meant for us alone. */
    private static List<String> tokens(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.CONNECTION).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .filter(token -> !token.isEmpty())
                .toList();
    }

    private static String joined(List<String> before, String last) {
        var all = new ArrayList<>(before);
        all.add(last);
        return String.join(", ", all);
    }
}
