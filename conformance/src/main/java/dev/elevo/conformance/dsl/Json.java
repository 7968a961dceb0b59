package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Plain JSON, without a type for anything: what is read is what was sent. */
public final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * An object.
     *
     * @param namesAndValues a name, its value, the next name; values are whatever JSON has, lists and maps too
     */
    public static ObjectNode object(Object... namesAndValues) {
        var object = MAPPER.createObjectNode();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            object.set(namesAndValues[i].toString(), MAPPER.valueToTree(namesAndValues[i + 1]));
        }
        return object;
    }

    /** Missing, if it is no JSON. */
    public static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
