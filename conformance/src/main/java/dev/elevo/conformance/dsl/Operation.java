package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One verb at one path of the description.
 *
 * @param verb in capitals
 * @param responses by status, resolved
 */
public record Operation(String verb, String path, JsonNode node, Map<String, JsonNode> responses) {

    /** As cases name it. */
    public String name() {
        return verb + " " + path.replaceFirst("^/api/v1(?=/)", "");
    }

    public boolean isStream() {
        return responses.containsKey("101");
    }

    public boolean isPublic() {
        return node.path("security").isArray() && node.path("security").isEmpty();
    }

    public boolean isChange() {
        return !verb.equals("GET");
    }

    /** Its failures are in the envelope of section 5. */
    public boolean isOfTheGateway() {
        return responses.containsKey("default");
    }

    public boolean needsScope() {
        return node.has("x-scopes");
    }

    /** What only an operator's key opens, whatever else it holds in its own organization. */
    public boolean isForOperators() {
        return node.has("x-scopes")
                && stream(node.get("x-scopes"))
                        .allMatch(scope -> scope.asText().matches("(system:|gateway\\.|service\\.).*"));
    }

    public String rateClass() {
        return node.path("x-rate-class").asText();
    }

    public NavigableSet<Integer> codes() {
        var codes = new TreeSet<Integer>();
        responses.values().forEach(response -> response.path("x-error-codes").forEach(code -> codes.add(code.asInt())));
        return codes;
    }

    public boolean takesJson() {
        return body().isObject();
    }

    /** Whether there is a value of the wrong kind for it. */
    public boolean canBeUnreadable() {
        return takesJson() || takes("integer") || takes("boolean");
    }

    /** Whether a readable value may be none for it. */
    public boolean canBreakARule() {
        return isChange()
                || parameters("query")
                        .anyMatch(parameter -> parameter.path("required").asBoolean()
                                || parameter.path("schema").has("minimum")
                                || parameter.path("schema").has("enum"));
    }

    private boolean takes(String type) {
        return parameters("query")
                .anyMatch(parameter ->
                        parameter.path("schema").path("type").asText().equals(type));
    }

    /** The schema of its JSON; missing where it takes none. */
    JsonNode body() {
        return node.at("/requestBody/content/application~1json/schema");
    }

    Stream<JsonNode> parameters(String in) {
        return stream(node.path("parameters"))
                .filter(parameter -> parameter.path("in").asText().equals(in));
    }

    static Stream<JsonNode> stream(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get);
    }

    @Override
    public String toString() {
        return name();
    }
}
