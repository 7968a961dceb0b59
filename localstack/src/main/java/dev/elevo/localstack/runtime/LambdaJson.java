package dev.elevo.localstack.runtime;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as the JSON that API Gateway and EventBridge send, and answers read from what functions send back. */
public final class LambdaJson {
    private static final ObjectMapper JSON = ObjectMapper.getDefault();

    private LambdaJson() {}

    public static String event(APIGatewayV2HTTPEvent event) {
        var context = event.getRequestContext();
        var http = new LinkedHashMap<String, JsonNode>();
        put(http, "method", context.getHttp().getMethod());
        put(http, "path", context.getHttp().getPath());
        put(http, "protocol", context.getHttp().getProtocol());
        put(http, "sourceIp", context.getHttp().getSourceIp());
        put(http, "userAgent", context.getHttp().getUserAgent());
        var about = new LinkedHashMap<String, JsonNode>();
        put(about, "accountId", "000000000000");
        put(about, "apiId", context.getApiId());
        put(about, "requestId", context.getRequestId());
        put(about, "routeKey", context.getRouteKey());
        put(about, "stage", context.getStage());
        put(about, "time", context.getTime());
        about.put("timeEpoch", JsonNode.createNumberNode(context.getTimeEpoch()));
        about.put("http", JsonNode.createObjectNode(http));
        var fields = new LinkedHashMap<String, JsonNode>();
        put(fields, "version", event.getVersion());
        put(fields, "routeKey", event.getRouteKey());
        put(fields, "rawPath", event.getRawPath());
        put(fields, "rawQueryString", event.getRawQueryString());
        if (event.getCookies() != null) {
            fields.put(
                    "cookies",
                    JsonNode.createArrayNode(event.getCookies().stream()
                            .map(JsonNode::createStringNode)
                            .toList()));
        }
        fields.put("headers", object(event.getHeaders()));
        if (event.getQueryStringParameters() != null) {
            fields.put("queryStringParameters", object(event.getQueryStringParameters()));
        }
        fields.put("requestContext", JsonNode.createObjectNode(about));
        put(fields, "body", event.getBody());
        fields.put("isBase64Encoded", JsonNode.createBooleanNode(event.getIsBase64Encoded()));
        return write(fields);
    }

    public static String schedule(String name) {
        return write(Map.of("schedule", JsonNode.createStringNode(name)));
    }

    public static String previewVisit(PreviewVisit visit) {
        try {
            return "{\"previewVisit\":" + JSON.writeValueAsString(visit) + "}";
        } catch (IOException e) {
            throw new UncheckedIOException("a record of texts is always writable", e);
        }
    }

    public static PreviewAnswer previewAnswer(String json) throws IOException {
        var answer = JSON.readValue(json, PreviewAnswer.class);
        if (answer == null) {
            throw new IOException("the function does not say whether somebody may pass");
        }
        return answer;
    }

    public static APIGatewayV2HTTPResponse answer(String json) throws IOException {
        var node = JSON.readValue(json, JsonNode.class);
        var status = node == null ? null : node.get("statusCode");
        if (node == null || status == null || !status.isNumber()) {
            throw new IOException("the function's answer has no status");
        }
        var body = node.get("body");
        var isBase64 = node.get("isBase64Encoded");
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(status.getIntValue())
                .withHeaders(texts(node.get("headers")))
                .withCookies(list(node.get("cookies")))
                .withBody(body == null || body.isNull() ? null : body.coerceStringValue())
                .withIsBase64Encoded(isBase64 != null && isBase64.isBoolean() && isBase64.getBooleanValue())
                .build();
    }

    private static void put(Map<String, JsonNode> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, JsonNode.createStringNode(value));
        }
    }

    private static JsonNode object(Map<String, String> values) {
        var fields = new LinkedHashMap<String, JsonNode>();
        values.forEach((name, value) -> put(fields, name, value));
        return JsonNode.createObjectNode(fields);
    }

    private static Map<String, String> texts(@Nullable JsonNode node) {
        var texts = new LinkedHashMap<String, String>();
        if (node != null && node.isObject()) {
            node.entries()
                    .forEach(entry -> texts.put(entry.getKey(), entry.getValue().coerceStringValue()));
        }
        return texts;
    }

    private static List<String> list(@Nullable JsonNode node) {
        var texts = new ArrayList<String>();
        if (node != null && node.isArray()) {
            node.values().forEach(value -> texts.add(value.coerceStringValue()));
        }
        return texts;
    }

    private static String write(Map<String, JsonNode> fields) {
        try {
            return JSON.writeValueAsString(JsonNode.createObjectNode(fields));
        } catch (IOException e) {
            throw new UncheckedIOException("a tree of texts is always writable", e);
        }
    }
}
