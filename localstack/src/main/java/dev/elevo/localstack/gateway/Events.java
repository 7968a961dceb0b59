package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.elevo.contract.Ids;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the event an HTTP API makes of a request (payload format 2.0). */
final class Events {
    private static final String VERSION = "2.0";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Names by which AWS tells a function what it has verified; from a client they are a forgery. */
    private static final String OF_AWS = "x-amzn-";

    private Events() {}

    static APIGatewayV2HTTPEvent of(FullHttpRequest request, InetSocketAddress client) {
        var target = Target.of(request.uri());
        var now = Instant.now();
        var cookies = new ArrayList<String>();
        var headers = headers(request, cookies);
        var payload = Payload.of(request.content(), headers.get("content-type"));
        return APIGatewayV2HTTPEvent.builder()
                .withVersion(VERSION)
                .withRouteKey("$default")
                .withRawPath(target.path())
                .withRawQueryString(target.query())
                .withCookies(cookies.isEmpty() ? null : cookies)
                .withHeaders(headers)
                .withQueryStringParameters(target.query().isEmpty() ? null : parameters(target.query()))
                .withBody(payload.body())
                .withIsBase64Encoded(payload.isBase64())
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withRequestId(Ids.REQUEST.random())
                        .withApiId("local")
                        .withStage("$default")
                        .withRouteKey("$default")
                        .withTime(TIME.format(now))
                        .withTimeEpoch(now.toEpochMilli())
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(request.method().name())
                                .withPath(target.path())
                                .withProtocol(request.protocolVersion().text())
                                .withSourceIp(client.getAddress().getHostAddress())
                                .withUserAgent(headers.get("user-agent"))
                                .build())
                        .build())
                .build();
    }

    /** Lower-case names, repeated ones joined; cookies have a place of their own. */
    static Map<String, String> headers(FullHttpRequest request, List<String> cookies) {
        var headers = new HashMap<String, String>();
        request.headers().forEach(header -> {
            var name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.contentEquals(HttpHeaderNames.COOKIE)) {
                Stream.of(header.getValue().split(";"))
                        .map(String::strip)
                        .filter(cookie -> !cookie.isEmpty())
                        .forEach(cookies::add);
            } else if (!name.startsWith(OF_AWS)) {
                headers.merge(name, header.getValue(), (first, next) -> first + "," + next);
            }
        });
        headers.remove("transfer-encoding"); // the body is whole by now, and counted
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
}
