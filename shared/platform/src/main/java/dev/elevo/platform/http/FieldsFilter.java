package dev.elevo.platform.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Leaves of an answer what {@code ?fields=} names, in the object itself or in each element of a list; {@code id} always stays. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class FieldsFilter {
    private static final String FIELDS = "fields";
    private static final String ID = "id";
    private static final String LIST = "data";
    private static final String PAGINATION = "pagination";

    private final JsonMapper json;

    FieldsFilter(JsonMapper json) {
        this.json = json;
    }

    @ResponseFilter
    @Order(PipelineOrder.FIELDS)
    void select(HttpRequest<?> request, MutableHttpResponse<?> response) throws IOException {
        if (request.getMethod() != HttpMethod.GET || !request.getParameters().contains(FIELDS)) {
            return;
        }
        var body = response.body();
        if (body == null || response.code() >= 300 || body instanceof byte[] || body instanceof CharSequence) {
            return;
        }
        var kept = request.getParameters().getAll(FIELDS).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        var tree = json.writeValueToTree(body);
        if (!kept.isEmpty() && tree.isObject()) {
            response.body(selected(tree, kept));
        }
    }

    private static JsonNode selected(JsonNode answer, Set<String> kept) {
        var list = answer.get(LIST);
        if (list == null || !list.isArray() || answer.get(PAGINATION) == null) {
            return only(answer, kept);
        }
        var whole = new LinkedHashMap<String, JsonNode>();
        answer.entries().forEach(field -> whole.put(field.getKey(), field.getValue()));
        var elements = new ArrayList<JsonNode>(list.size());
        list.values().forEach(element -> elements.add(element.isObject() ? only(element, kept) : element));
        whole.put(LIST, JsonNode.createArrayNode(elements));
        return JsonNode.createObjectNode(whole);
    }

    private static JsonNode only(JsonNode object, Set<String> kept) {
        var left = new LinkedHashMap<String, JsonNode>();
        object.entries().forEach(field -> {
            if (kept.contains(field.getKey()) || field.getKey().equals(ID)) {
                left.put(field.getKey(), field.getValue());
            }
        });
        return JsonNode.createObjectNode(left);
    }
}
