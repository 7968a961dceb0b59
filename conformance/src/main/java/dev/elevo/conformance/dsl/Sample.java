package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The smallest request that an endpoint takes, as its description has it. */
public final class Sample {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");
    private static final Set<String> PATHS = Set.of("path", "src", "dst", "projectPath");

    private static final Map<String, Object> BY_NAME = Map.ofEntries(
            Map.entry("labels", Map.of()),
            Map.entry("url", "file:///tmp/none"),
            Map.entry("port", 8000),
            Map.entry("data", "eA=="),
            Map.entry("message", "said"),
            Map.entry("command", "true"),
            Map.entry("id", "conf-sample"),
            Map.entry("name", "conf-sample"),
            Map.entry("mode", 420),
            Map.entry("language", "python"),
            Map.entry("sizeGB", 1));
    /** What an endpoint wants although no single field of it is required. */
    private static final Map<String, Set<String>> WANTED = Map.of(
            "POST /sandboxes/{id}/process/{pid}/write", Set.of("data"),
            "POST /sandboxes/{id}/git/commit", Set.of("message"),
            "PATCH /sandboxes/{id}/labels", Set.of("labels"));

    private final Description description;
    private final Operation operation;
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Optional<ObjectNode> body;

    /** @param path where it wants one */
    public Sample(Description description, Operation operation, String path) {
        this.description = description;
        this.operation = operation;
        operation
                .parameters("query")
                .filter(parameter -> parameter.path("required").asBoolean() || isPath(parameter))
                .forEach(parameter -> query.put(parameter.get("name").asText(), text(parameter, path)));
        body = operation.takesJson() ? Optional.of(object(operation.body(), path)) : Optional.empty();
    }

    private static boolean isPath(JsonNode parameter) {
        return parameter.path("name").asText().equals("path");
    }

    private String text(JsonNode parameter, String path) {
        return value(parameter.get("name").asText(), parameter.path("schema"), path)
                .asText();
    }

    private ObjectNode object(JsonNode reference, String path) {
        var schema = description.resolved(reference);
        var object = Json.object();
        var wanted = WANTED.getOrDefault(operation.name(), Set.of());
        schema.path("properties").properties().forEach(property -> {
            var name = property.getKey();
            var isRequired = Operation.stream(schema.path("required"))
                    .anyMatch(one -> one.asText().equals(name));
            if (isRequired || wanted.contains(name)) {
                object.set(name, value(name, property.getValue(), path));
            }
        });
        return object;
    }

    private JsonNode value(String name, JsonNode reference, String path) {
        var schema = description.resolved(reference);
        if (PATHS.contains(name)) {
            return Json.MAPPER.valueToTree(path);
        }
        if (schema.path("enum").isArray()) {
            return schema.get("enum").get(0);
        }
        if (BY_NAME.containsKey(name)) {
            return Json.MAPPER.valueToTree(BY_NAME.get(name));
        }
        return switch (schema.path("type").asText()) {
            case "object" -> object(schema, path);
            case "array" -> Json.MAPPER.createArrayNode().add(value("", schema.path("items"), path));
            case "integer", "number" ->
                Json.MAPPER.valueToTree(Math.max(1, schema.path("minimum").asInt(1)));
            case "boolean" -> Json.MAPPER.valueToTree(false);
            default -> Json.MAPPER.valueToTree("x");
        };
    }

    public Sample variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    public Sample query(String name, String value) {
        query.put(name, value);
        return this;
    }

    public Sample field(String name, Object value) {
        body.orElseThrow().set(name, Json.MAPPER.valueToTree(value));
        return this;
    }

    public Sample without(String name) {
        query.remove(name);
        body.ifPresent(fields -> fields.remove(name));
        return this;
    }

    /** The first field of its body that it cannot do without. */
    public Optional<String> firstField() {
        return body.map(fields ->
                        fields.fieldNames().hasNext() ? fields.fieldNames().next() : "")
                .filter(name -> !name.isEmpty());
    }

    public boolean mentions(String text) {
        return query.containsValue(text)
                || body.map(fields -> fields.toString().contains(text)).orElse(false);
    }

    /** Whether its body may have it. */
    public boolean knows(String name) {
        return description.resolved(operation.body()).path("properties").has(name);
    }

    /** Path and query, from the root. */
    public String target() {
        var path = VARIABLE.matcher(operation.path())
                .replaceAll(found ->
                        variables.getOrDefault(found.group(1), found.group(1).equals("pid") ? "999999" : "none"));
        var text = new StringBuilder(path);
        query.forEach((name, value) -> text.append(text.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    /** Asks it. */
    public Answer ask(Caller caller) {
        if (operation.isStream()) {
            return caller.atRoot().handshake(target());
        }
        return body.isPresent()
                ? caller.atRoot()
                        .send(
                                operation.verb(),
                                target(),
                                "application/json",
                                body.get().toString())
                : octets()
                        ? caller.atRoot().send(operation.verb(), target(), "application/octet-stream", "x")
                        : caller.atRoot().call(operation.verb(), target());
    }

    private boolean octets() {
        return operation.node().at("/requestBody/content").has("application/octet-stream");
    }

    /** Asks it with this instead of its body. */
    public Answer ask(Caller caller, String text) {
        return operation.isStream()
                ? ask(caller)
                : caller.atRoot().send(operation.verb(), target(), "application/json", text);
    }
}
