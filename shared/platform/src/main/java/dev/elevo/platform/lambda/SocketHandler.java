package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.platform.streams.ClientMessages;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.SocketEvent;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * WebSocket events of the area's API. Who wants to connect passes the pipeline as if he had sent a GET, so he is known, counted
 * and refused as everybody else; a controller of the stream's path takes him in.
 */
@Singleton
@Requires(beans = ClientMessages.class)
final class SocketHandler {
    /** Names the stream: an API for WebSockets has one path only. */
    private static final String STREAM = "stream";

    /** A path that no controller can have. */
    private static final String NOWHERE = "/api/v1/-";

    private final Area area;
    private final GatewayHandler http;
    private final ClientMessages messages;

    SocketHandler(@Value("${elevo.area}") String areaName, GatewayHandler http, ClientMessages messages) {
        this.area = Stream.of(Area.values())
                .filter(candidate -> candidate.areaName().equals(areaName))
                .findFirst()
                .orElseThrow();
        this.http = http;
        this.messages = messages;
    }

    APIGatewayV2HTTPResponse answer(SocketEvent event) {
        switch (event) {
            case SocketEvent.Connect connect -> {
                return connect(connect);
            }
            case SocketEvent.Message message -> messages.receive(message);
            case SocketEvent.Disconnect gone -> messages.disconnected(gone);
        }
        return answer(200, Map.of());
    }

    private APIGatewayV2HTTPResponse connect(SocketEvent.Connect connect) {
        var path = String.join(",", connect.query().getOrDefault(STREAM, List.of()));
        // Nothing else of the area may be asked for in this way: a connection would be left that is nobody's.
        var request = request(connect, area.servesStream(path) ? path : NOWHERE);
        var answer = http.answer(request, new Handshake(connect.connectionId()));
        if (answer.getStatusCode() >= 300) {
            return answer;
        }
        var headers = new HashMap<>(answer.getHeaders());
        if (offers(connect, Handshake.SUBPROTOCOL)) {
            headers.put(Handshake.PROTOCOL_HEADER, Handshake.SUBPROTOCOL);
        }
        return answer(answer.getStatusCode(), headers);
    }

    private static boolean offers(SocketEvent.Connect connect, String subprotocol) {
        return Stream.of(connect.headers()
                        .getOrDefault(Handshake.PROTOCOL_HEADER.toLowerCase(Locale.ROOT), "")
                        .split(",", -1))
                .map(String::strip)
                .anyMatch(subprotocol::equals);
    }

    private static APIGatewayV2HTTPEvent request(SocketEvent.Connect connect, String path) {
        return APIGatewayV2HTTPEvent.builder()
                .withRawPath(path)
                .withRawQueryString(query(connect.query()))
                .withHeaders(connect.headers())
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod("GET")
                                .withPath(path)
                                .withSourceIp(connect.sourceIp())
                                .build())
                        .build())
                .build();
    }

    private static String query(Map<String, List<String>> parameters) {
        return parameters.entrySet().stream()
                .filter(parameter -> !parameter.getKey().equals(STREAM))
                .flatMap(parameter ->
                        parameter.getValue().stream().map(value -> encoded(parameter.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static APIGatewayV2HTTPResponse answer(int status, Map<String, String> headers) {
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status)
                .withHeaders(headers)
                .withCookies(List.of())
                .withBody("")
                .withIsBase64Encoded(false)
                .build();
    }
}
