package dev.elevo.conformance.dsl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.oas.OpenApi30;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.yaml.snakeyaml.Yaml;

/** The OpenAPI document that the deployment serves, and whether an answer is one that it has. */
public final class Description {
    private final JsonNode document;
    private final List<Operation> operations;
    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V4,
            builder -> builder.metaSchema(OpenApi30.getInstance())
                    .defaultMetaSchemaIri(OpenApi30.getInstance().getIri()));
    private final Map<JsonNode, JsonSchema> schemas = new ConcurrentHashMap<>();

    public Description(String yaml) {
        document = strict(Json.MAPPER.valueToTree(new Yaml().load(yaml)));
        operations = document.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(verb -> operation(path.getKey(), verb.getKey(), verb.getValue())))
                .toList();
    }

    public List<Operation> operations() {
        return operations;
    }

    private Operation operation(String path, String verb, JsonNode node) {
        var responses = new LinkedHashMap<String, JsonNode>();
        node.get("responses").properties().forEach(entry -> responses.put(entry.getKey(), resolved(entry.getValue())));
        return new Operation(verb.toUpperCase(Locale.ROOT), path, node, responses);
    }

    JsonNode resolved(JsonNode node) {
        if (node.has("$ref")) {
            return resolved(document.at(node.get("$ref").asText().substring(1)));
        }
        // A reference with something said of it.
        return node.path("allOf").size() == 1 ? resolved(node.get("allOf").get(0)) : node;
    }

    /**
     * What is asked.
     *
     * @param target path and query, from the root
     */
    public Optional<Operation> operation(String method, String target) {
        var path = target.replaceFirst("\\?.*", "").replaceFirst("(?<=.)/$", "");
        return operations.stream()
                .filter(operation -> operation.verb().equals(method))
                .filter(operation -> path.matches(pattern(operation.path())))
                // The more of it is written out, the closer it is.
                .min((one, other) -> Integer.compare(variables(one), variables(other)));
    }

    private static String pattern(String template) {
        return template.replace(".", "\\.")
                .replaceAll("branches/\\{[^}]+}$", "branches/.+")
                .replaceAll("\\{[^}]+}", "[^/]+");
    }

    private static int variables(Operation operation) {
        return operation.path().split("\\{", -1).length;
    }

    /** What is wrong with it; nothing if it is as described. */
    List<String> wrong(Operation operation, Answer answer) {
        var response = operation
                .responses()
                .getOrDefault(
                        Integer.toString(answer.status()), operation.responses().get("default"));
        if (response == null) {
            return List.of("a status that is not described: " + answer.status() + " " + answer.code());
        }
        var codes = response.path("x-error-codes");
        if (codes.isArray() && Operation.stream(codes).noneMatch(code -> code.asInt() == answer.code())) {
            return List.of(answer.code() + " is not described for " + answer.status() + ", only " + codes);
        }
        var missing = new ArrayList<String>();
        response.path("headers").fieldNames().forEachRemaining(name -> {
            // Who is not let in is not counted, nor is a body that nobody takes.
            var isLetIn = answer.code() == 0 ? !answer.gatewayCode().startsWith("F4000") : answer.code() > 1005;
            var isCounted = isLetIn && answer.status() != 413;
            if (name.startsWith("X-R") && isCounted && answer.header(name).isEmpty()) {
                missing.add("lacks the header " + name);
            }
        });
        return missing.isEmpty() ? body(response.path("content"), answer) : missing;
    }

    private List<String> body(JsonNode content, Answer answer) {
        var type = answer.header("Content-Type").replaceFirst(";.*", "");
        if (content.isMissingNode()) {
            return answer.text().isEmpty() ? List.of() : List.of("should have no body");
        }
        if (!content.has(type)) {
            return content.has("application/octet-stream") ? List.of() : List.of("type not described: " + type);
        }
        var isPart = answer.target().contains("fields=") && answer.status() < 300;
        if (!type.equals("application/json") || isPart) {
            return List.of();
        }
        return schemas.computeIfAbsent(content.get(type).get("schema"), this::compiled).validate(answer.json()).stream()
                .map(message -> message.getInstanceLocation() + " " + message.getMessage())
                .toList();
    }

    private JsonSchema compiled(JsonNode schema) {
        var whole = Json.MAPPER.createObjectNode();
        whole.putArray("allOf").add(schema);
        whole.set("components", document.get("components"));
        return factory.getSchema(whole);
    }

    /** Nothing but what is described; and a reference that may be null is one of two. */
    private static JsonNode strict(JsonNode node) {
        node.forEach(Description::strict);
        if (node instanceof ObjectNode object) {
            if (object.path("properties").isObject()
                    && object.path("type").asText().equals("object")
                    && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
            if (object.has("allOf") && object.path("nullable").asBoolean()) {
                var either = Json.MAPPER.createArrayNode();
                either.add(Json.MAPPER.createObjectNode().set("allOf", object.remove("allOf")));
                either.add(Json.object("type", "string", "nullable", true, "maxLength", 0));
                object.set("anyOf", either);
            }
        }
        return node;
    }
}
