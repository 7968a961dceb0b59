package dev.elevo.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.oas.OpenApi30;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** Whether an answer is one that the description of the API has for its request. */
final class DescribedAnswers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V4,
            builder -> builder.metaSchema(OpenApi30.getInstance())
                    .defaultMetaSchemaIri(OpenApi30.getInstance().getIri()));
    private final Map<JsonNode, JsonSchema> schemas = new HashMap<>();

    DescribedAnswers(String yaml) {
        document = strict(JSON.valueToTree(new Yaml().load(yaml)));
    }

    /** What is wrong with it; nothing if it is as described. */
    List<String> wrong(String method, String target, RunningStack.Answer answer) {
        var path = target.replaceFirst("\\?.*", "");
        var operation = operation(path, method);
        if (operation.isEmpty()) {
            return answer.code() == 9008 ? List.of() : List.of(method + " " + path + " is not described");
        }
        var about = method + " " + path + " " + answer.status() + ": ";
        var responses = operation.get().get("responses");
        var response = resolved(
                responses.has(Integer.toString(answer.status()))
                        ? responses.get(Integer.toString(answer.status()))
                        : responses.path("default"));
        if (response.isMissingNode()) {
            return List.of(about + "no such status; it is " + answer.text());
        }
        var codes = response.path("x-error-codes");
        if (codes.isArray()
                && Stream.iterate(0, i -> i < codes.size(), i -> i + 1)
                        .noneMatch(i -> codes.get(i).asInt() == answer.code())) {
            return List.of(about + answer.code() + " is not among " + codes);
        }
        var missing = new ArrayList<String>();
        response.path("headers").fieldNames().forEachRemaining(name -> {
            if (name.startsWith("X-R")
                    && answer.header(name.toLowerCase(Locale.ROOT)).isEmpty()) {
                missing.add(about + "lacks " + name);
            }
        });
        if (!missing.isEmpty()) {
            return missing;
        }
        return body(about, response.path("content"), answer);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    private List<String> body(String about, JsonNode content, RunningStack.Answer answer) {
        var type = answer.header("content-type").replaceFirst(";.*", "");
        if (content.isMissingNode()) {
            return answer.text().isEmpty() ? List.of() : List.of(about + "should have no body");
        }
        if (!content.has(type)) {
            return content.has("application/octet-stream") ? List.of() : List.of(about + type + " is not described");
        }
        if (!type.equals("application/json")) {
            return List.of();
        }
        try {
            return schemas
                    .computeIfAbsent(content.get(type).get("schema"), this::compiled)
                    .validate(JSON.readTree(answer.text()))
                    .stream()
                    .map(message -> about + message.getInstanceLocation() + " " + message.getMessage())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonSchema compiled(JsonNode schema) {
        var whole = JSON.createObjectNode();
        whole.putArray("allOf").add(schema);
        whole.set("components", document.get("components"));
        return factory.getSchema(whole);
    }

    private Optional<JsonNode> operation(String path, String method) {
        var verb = method.toLowerCase(Locale.ROOT);
        return document.get("paths").properties().stream()
                .filter(entry -> entry.getValue().has(verb))
                .filter(entry -> path.replaceFirst("/$", "").matches(pattern(entry.getKey())))
                // The more of it is written out, the closer it is.
                .min((one, other) -> Integer.compare(variables(one.getKey()), variables(other.getKey())))
                .map(entry -> entry.getValue().get(verb));
    }

    private static String pattern(String template) {
        return template.replace(".", "\\.")
                .replaceAll("branches/\\{[^}]+}$", "branches/.+")
                .replaceAll("\\{[^}]+}", "[^/]+");
    }

    private static int variables(String template) {
        return template.split("\\{", -1).length;
    }

    /** Nothing but what is described; and a reference that may be null is one of two. */
    private static JsonNode strict(JsonNode node) {
        node.forEach(DescribedAnswers::strict);
        if (node instanceof ObjectNode object) {
            if (object.path("properties").isObject()
                    && object.path("type").asText().equals("object")
                    && !object.has("additionalProperties")) {
                object.put("additionalProperties", false);
            }
            if (object.has("allOf") && object.path("nullable").asBoolean()) {
                var either = JSON.createArrayNode();
                either.add(JSON.createObjectNode().set("allOf", object.remove("allOf")));
                either.add(JSON.createObjectNode()
                        .put("type", "string")
                        .put("nullable", true)
                        .put("maxLength", 0));
                object.set("anyOf", either);
            }
        }
        return node;
    }
}
