package dev.elevo.functions.admin.gateway;

import io.micronaut.json.tree.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of an answer, in the order in which they are told. */
final class Content {
    private final Map<String, JsonNode> fields;

    Content() {
        this(Map.of());
    }

    Content(Map<String, JsonNode> first) {
        fields = new LinkedHashMap<>(first);
    }

    Content text(String name, String value) {
        return put(name, JsonNode.createStringNode(value));
    }

    Content number(String name, long value) {
        return put(name, JsonNode.createNumberNode(value));
    }

    Content time(String name, Instant value) {
        return put(name, Wire.timeNode(value));
    }

    Content put(String name, JsonNode value) {
        fields.put(name, value);
        return this;
    }

    JsonNode node() {
        return JsonNode.createObjectNode(fields);
    }
}
