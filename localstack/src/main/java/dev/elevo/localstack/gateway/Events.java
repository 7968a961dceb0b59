package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the event an HTTP API makes of a request (payload format 2.0). */
final class Events {
    private static final String VERSION = "2.0";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Events() {}

    static APIGatewayV2HTTPEvent of(FullHttpRequest request, InetSocketAddress client) {
        var target = request.uri();
        var question = target.indexOf('?');
        var path = decoded(question < 0 ? target : target.substring(0, question));
        var query = question < 0 ? "" : target.substring(question + 1);
        var now = Instant.now();
        var cookies = new ArrayList<String>();
        var headers = headers(request, cookies);
        var body = request.content();
        var text = text(body);
        var isBinary = text == null && body.isReadable();
        return APIGatewayV2HTTPEvent.builder()
                .withVersion(VERSION)
                .withRouteKey("$default")
                .withRawPath(path)
                .withRawQueryString(query)
                .withCookies(cookies.isEmpty() ? null : cookies)
                .withHeaders(headers)
                .withQueryStringParameters(query.isEmpty() ? null : parameters(query))
                .withBody(isBinary ? base64(body) : text)
                .withIsBase64Encoded(isBinary)
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withRequestId(Ids.REQUEST.random())
                        .withApiId("local")
                        .withStage("$default")
                        .withRouteKey("$default")
                        .withTime(TIME.format(now))
                        .withTimeEpoch(now.toEpochMilli())
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(request.method().name())
                                .withPath(path)
                                .withProtocol(request.protocolVersion().text())
                                .withSourceIp(client.getAddress().getHostAddress())
                                .withUserAgent(headers.get("user-agent"))
                                .build())
                        .build())
                .build();
    }

    /** An HTTP API hands the path over decoded, and knows no escaped slash inside a segment. */
    private static String decoded(String rawPath) {
        if (rawPath.indexOf('%') < 0) {
            return rawPath;
        }
        var upper = rawPath.toUpperCase(Locale.ROOT);
        if (upper.contains("%2F") || upper.contains("%00")) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "No such path").asException();
        }
        try {
            // The decoder is one for forms: in a path, a plus is a plus.
            return URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The path holds a broken escape").causedBy(e);
        }
    }

    /** Lower-case names, repeated ones joined; cookies have a place of their own. */
    private static Map<String, String> headers(FullHttpRequest request, List<String> cookies) {
        var headers = new HashMap<String, String>();
        request.headers().forEach(header -> {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.contentEquals(HttpHeaderNames.COOKIE)) {
                cookies.addAll(List.of(header.getValue().split("; ?", -1)));
            } else {
                headers.merge(name, header.getValue(), (first, next) -> first + "," + next);
            }
        });
        if (HttpUtil.isTransferEncodingChunked(request)) {
            headers.remove("transfer-encoding");
        }
        headers.put("content-length", Integer.toString(request.content().readableBytes()));
        return headers;
    }

    private static Map<String, String> parameters(String query) {
        var joined = new HashMap<String, String>();
        try {
            new QueryStringDecoder(query, StandardCharsets.UTF_8, false, Integer.MAX_VALUE, true)
                    .parameters()
                    .forEach((name, values) -> joined.put(name, String.join(",", values)));
        } catch (IllegalArgumentException e) {
            // The raw query goes along as it came; whoever needs a parameter of it says what is wrong with it.
            joined.clear();
        }
        return joined;
    }

    /** Null when it is not text: then it travels as base64. */
    private static @Nullable String text(ByteBuf body) {
        if (!body.isReadable()) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String base64(ByteBuf body) {
        return StandardCharsets.ISO_8859_1
                .decode(Base64.getEncoder().encode(body.nioBuffer()))
                .toString();
    }
}
