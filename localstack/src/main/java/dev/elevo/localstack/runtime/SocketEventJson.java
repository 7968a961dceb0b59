package dev.elevo.localstack.runtime;

import dev.elevo.contract.Ids;
import dev.elevo.platform.streams.SocketEvent;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events of WebSockets as the JSON that API Gateway sends. */
public final class SocketEventJson {
    private static final ObjectMapper JSON = ObjectMapper.getDefault();

    private SocketEventJson() {}

    public static String write(SocketEvent event) {
        var fields = new LinkedHashMap<String, JsonNode>();
        fields.put("isBase64Encoded", JsonNode.createBooleanNode(false));
        switch (event) {
            case SocketEvent.Connect connect -> {
                fields.put("headers", texts(connect.headers()));
                fields.put("multiValueHeaders", lists(connect.headers()));
                fields.put("queryStringParameters", texts(last(connect.query())));
                fields.put("multiValueQueryStringParameters", listsOf(connect.query()));
                fields.put(
                        "requestContext",
                        context(
                                event,
                                "$connect",
                                "CONNECT",
                                Map.of("identity", texts(Map.of("sourceIp", connect.sourceIp())))));
            }
            case SocketEvent.Message message -> {
                fields.put("body", JsonNode.createStringNode(message.body()));
                fields.put("isBase64Encoded", JsonNode.createBooleanNode(message.isBase64Encoded()));
                fields.put(
                        "requestContext",
                        context(
                                event,
                                "$default",
                                "MESSAGE",
                                Map.of("messageId", JsonNode.createStringNode(Ids.REQUEST.random()))));
            }
            case SocketEvent.Disconnect gone -> {
                fields.put(
                        "requestContext",
                        context(
                                event,
                                "$disconnect",
                                "DISCONNECT",
                                Map.of(
                                        "disconnectStatusCode", JsonNode.createNumberNode(gone.code()),
                                        "disconnectReason",
                                                JsonNode.createStringNode(
                                                        gone.reason() == null ? "" : gone.reason()))));
            }
        }
        try {
            return JSON.writeValueAsString(JsonNode.createObjectNode(fields));
        } catch (IOException e) {
            throw new UncheckedIOException("a tree of texts is always writable", e);
        }
    }

    private static JsonNode context(SocketEvent event, String route, String type, Map<String, JsonNode> more) {
        var context = new LinkedHashMap<String, JsonNode>();
        context.put("routeKey", JsonNode.createStringNode(route));
        context.put("eventType", JsonNode.createStringNode(type));
        context.put("messageDirection", JsonNode.createStringNode("IN"));
        context.put("stage", JsonNode.createStringNode("local"));
        context.put("domainName", JsonNode.createStringNode("localhost"));
        context.put("apiId", JsonNode.createStringNode("local"));
        context.put("requestId", JsonNode.createStringNode(Ids.REQUEST.random()));
        context.put("connectionId", JsonNode.createStringNode(event.connectionId()));
        context.putAll(more);
        return JsonNode.createObjectNode(context);
    }

    private static Map<String, String> last(Map<String, List<String>> values) {
        var last = new HashMap<String, String>();
        values.forEach((name, all) -> last.put(name, all.getLast()));
        return last;
    }

    private static JsonNode texts(Map<String, String> values) {
        var nodes = new LinkedHashMap<String, JsonNode>();
        values.forEach((name, value) -> nodes.put(name, JsonNode.createStringNode(value)));
        return JsonNode.createObjectNode(nodes);
    }

    private static JsonNode lists(Map<String, String> values) {
        var lists = new LinkedHashMap<String, List<String>>();
        values.forEach((name, value) -> lists.put(name, List.of(value)));
        return listsOf(lists);
    }

    private static JsonNode listsOf(Map<String, List<String>> values) {
        var nodes = new LinkedHashMap<String, JsonNode>();
        values.forEach((name, all) -> nodes.put(
                name,
                JsonNode.createArrayNode(
                        all.stream().map(JsonNode::createStringNode).toList())));
        return JsonNode.createObjectNode(nodes);
    }
}
