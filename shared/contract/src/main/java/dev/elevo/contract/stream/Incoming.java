package dev.elevo.contract.stream;

import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What came from a client, as far as it is the same for every stream. */
public sealed interface Incoming {
    /** Of one message, as text. */
    int MOST_BYTES = 32 * 1024;

    /** After so many that are no messages nobody listens any more. */
    int MOST_BAD = 10;

    int LONGEST_ID = 64;

    String NO_MESSAGE = "The message is no JSON object with a type";

    /** To be answered with a pong. */
    record Ping(@Nullable String id) implements Incoming {}

    /** For the stream. */
    record Taken(ClientMessage message) implements Incoming {}

    /** Nothing that could be meant. */
    record Bad(@Nullable String id, String why) implements Incoming {}

    /**
     * Understands what can be understood.
     *
     * @param takes the types of messages the stream understands
     */
    static Incoming read(JsonMapper json, String text, Set<String> takes) {
        var node = parse(json, text);
        if (node == null || !node.isObject()) {
            return new Bad(null, NO_MESSAGE);
        }
        var type = node.get("type");
        var id = node.get("id");
        if (type == null || !type.isString() || (id != null && !id.isString())) {
            return new Bad(null, NO_MESSAGE);
        }
        var name = id == null ? null : id.getStringValue();
        if (name != null && name.length() > LONGEST_ID) {
            return new Bad(null, "The id is longer than " + LONGEST_ID + " characters");
        }
        if (type.getStringValue().equals("ping")) {
            return new Ping(name);
        }
        if (!takes.contains(type.getStringValue())) {
            return new Bad(name, "This stream does not take messages of this type");
        }
        var eof = node.get("eof");
        return new Taken(new ClientMessage(
                type.getStringValue(),
                node.get("data"),
                name,
                eof != null && eof.isBoolean() && eof.getBooleanValue()));
    }

    private static @Nullable JsonNode parse(JsonMapper json, String text) {
        try {
            return json.readValue(text, JsonNode.class);
        } catch (IOException e) {
            return null; // told to the client like anything else that is no message
        }
    }

    static boolean isTooBig(String text) {
        return text.length() > MOST_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES;
    }
}
