package dev.elevo.functions.admin.gateway;

import io.micronaut.json.tree.JsonNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** How the gateway writes what is no JSON by itself. */
final class Wire {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private Wire() {}

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    static JsonNode strings(List<String> texts) {
        return JsonNode.createArrayNode(
                texts.stream().map(JsonNode::createStringNode).toList());
    }
}
