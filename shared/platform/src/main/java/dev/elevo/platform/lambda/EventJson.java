package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.platform.streams.SocketEvent;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events from JSON and answers to JSON, by hand: the event classes are beans that only reflection could fill. */
@Singleton
final class EventJson {
    private final JsonMapper json;
    private final FrontDoor door;

    EventJson(JsonMapper json, FrontDoor door) {
        this.json = json;
        this.door = door;
    }

    /** What may wake a function. */
    sealed interface Event {
        record Http(APIGatewayV2HTTPEvent event) implements Event {}

        record Scheduled(String name) implements Event {}

        record Preview(PreviewVisit visit) implements Event {}

        record Socket(SocketEvent event) implements Event {}

        /** Items that were written to the state table. */
        record Written(List<TableListener.TableKey> keys) implements Event {
            public Written {
                keys = List.copyOf(keys);
            }
        }
    }

    Event read(InputStream input) throws IOException {
        var node = json.readValue(input, JsonNode.class);
        if (node == null || !node.isObject()) {
            throw new IllegalArgumentException("the event is no JSON object");
        }
        var schedule = text(node, "schedule");
        if (schedule != null) {
            return new Event.Scheduled(schedule);
        }
        var visit = node.get("previewVisit");
        if (visit != null) {
            return new Event.Preview(json.readValueFromTree(visit, PreviewVisit.class));
        }
        var written = TableRecords.read(node);
        if (!written.isEmpty()) {
            return new Event.Written(written);
        }
        var socket = SocketJson.read(node, door);
        if (socket.isPresent()) {
            return new Event.Socket(socket.get());
        }
        var context = node.get("requestContext");
        var http = context == null ? null : context.get("http");
        if (context == null || http == null || !http.isObject()) {
            throw new IllegalArgumentException("the event is nothing a function is asked with");
        }
        var sender = door.sender(text(http, "sourceIp"), textMap(node.get("headers")));
        return new Event.Http(APIGatewayV2HTTPEvent.builder()
                .withVersion(text(node, "version"))
                .withRouteKey(text(node, "routeKey"))
                .withRawPath(text(node, "rawPath"))
                .withRawQueryString(text(node, "rawQueryString"))
                .withCookies(texts(node.get("cookies")))
                .withHeaders(sender.headers())
                .withBody(text(node, "body"))
                .withIsBase64Encoded(isTrue(node.get("isBase64Encoded")))
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withRequestId(text(context, "requestId"))
                        .withStage(text(context, "stage"))
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(text(http, "method"))
                                .withPath(text(http, "path"))
                                .withProtocol(text(http, "protocol"))
                                .withSourceIp(sender.address())
                                .withUserAgent(text(http, "userAgent"))
                                .build())
                        .build())
                .build());
    }

    void write(APIGatewayV2HTTPResponse response, OutputStream output) throws IOException {
        var fields = new LinkedHashMap<String, JsonNode>();
        fields.put("statusCode", JsonNode.createNumberNode(response.getStatusCode()));
        var headers = new LinkedHashMap<String, JsonNode>();
        response.getHeaders().forEach((name, value) -> headers.put(name, JsonNode.createStringNode(value)));
        fields.put("headers", JsonNode.createObjectNode(headers));
        fields.put(
                "cookies",
                JsonNode.createArrayNode(response.getCookies().stream()
                        .map(JsonNode::createStringNode)
                        .toList()));
        fields.put("body", JsonNode.createStringNode(response.getBody()));
        fields.put("isBase64Encoded", JsonNode.createBooleanNode(response.getIsBase64Encoded()));
        json.writeValue(output, JsonNode.createObjectNode(fields));
    }

    void write(PreviewAnswer answer, OutputStream output) throws IOException {
        json.writeValue(output, answer);
    }

    static @Nullable String text(JsonNode node, String name) {
        var value = node.get(name);
        return value != null && value.isString() ? value.getStringValue() : null;
    }

    static boolean isTrue(@Nullable JsonNode node) {
        return node != null && node.isBoolean() && node.getBooleanValue();
    }

    static List<String> texts(@Nullable JsonNode node) {
        var texts = new ArrayList<String>();
        if (node != null && node.isArray()) {
            node.values().forEach(value -> texts.add(value.coerceStringValue()));
        }
        return texts;
    }

    static Map<String, String> textMap(@Nullable JsonNode node) {
        var map = new LinkedHashMap<String, String>();
        if (node != null && node.isObject()) {
            node.entries()
                    .forEach(entry -> map.put(entry.getKey(), entry.getValue().coerceStringValue()));
        }
        return map;
    }
}
