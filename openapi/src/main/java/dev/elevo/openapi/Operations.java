package dev.elevo.openapi;

import dev.elevo.openapi.Schemas.Way;
import dev.elevo.openapi.code.Read;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An operation of the description: the endpoints that have one path and one verb, told apart by what their bodies are. */
final class Operations {
    private static final String FIELDS = "fields";
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    private final Schemas schemas;
    private final Failures failures;

    Operations(Schemas schemas, Failures failures) {
        this.schemas = schemas;
        this.failures = failures;
    }

    Map<String, Object> of(List<Endpoint> endpoints) {
        var first = endpoints.getFirst();
        return Tree.of(
                "tags",
                List.of(first.area().areaName()),
                "summary",
                words(first.operation()),
                "description",
                description(first),
                "operationId",
                first.operation(),
                "parameters",
                parameters(endpoints),
                "requestBody",
                body(endpoints).orElse(null),
                "responses",
                responses(first),
                "security",
                security(first),
                "x-scopes",
                first.scopes().isEmpty() ? null : first.scopes(),
                "x-rate-class",
                first.isPublic() ? null : first.rateClass().label());
    }

    private static String words(String operation) {
        var words = operation.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String description(Endpoint endpoint) {
        if (endpoint.isPublic()) {
            return "For anyone; no credential is looked at.";
        }
        var scopes = endpoint.scopes().isEmpty()
                ? "For every valid credential."
                : "Needs the scope `" + String.join("` or `", endpoint.scopes()) + "`.";
        var limit = " Counted as " + endpoint.rateClass().label() + ".";
        return scopes + limit + (endpoint.isStream() ? " A WebSocket handshake." : "");
    }

    private static @Nullable Object security(Endpoint endpoint) {
        if (endpoint.isPublic()) {
            return List.of();
        }
        return endpoint.isStream() ? Security.ofStreams() : null;
    }

    private List<Object> parameters(List<Endpoint> endpoints) {
        var first = endpoints.getFirst();
        var parameters = new ArrayList<Object>();
        var inPath = VARIABLE.matcher(first.path())
                .results()
                .map(found -> found.group(1))
                .toList();
        for (var name : inPath) {
            parameters.add(Tree.of(
                    "name",
                    name,
                    "in",
                    "path",
                    "required",
                    true,
                    "schema",
                    variable(first.method().getParameters(), name)));
        }
        query(endpoints).forEach(parameters::add);
        if (!first.isChange() && !first.isStream() && answersFields(first)) {
            parameters.add(Tree.reference("parameters", "Fields"));
        }
        parameters.add(Tree.reference("parameters", "RequestId"));
        if (first.isChange() && !first.isPublic()) {
            parameters.add(Tree.reference("parameters", "IdempotencyKey"));
        }
        return parameters;
    }

    private Map<String, Object> variable(Parameter[] parameters, String name) {
        return Stream.of(parameters)
                .filter(parameter -> parameter.getName().equals(name))
                .findFirst()
                .map(parameter -> schemas.of(parameter.getAnnotatedType(), Way.IN))
                .orElseGet(() -> Tree.of("type", "string"));
    }

    private Collection<Object> query(List<Endpoint> endpoints) {
        var found = new LinkedHashMap<String, Object>();
        for (var endpoint : endpoints) {
            // What a form says itself need not be in the query.
            var isWhole = endpoints.size() == 1 && endpoint.told().form().isEmpty();
            for (var read : endpoint.told().query()) {
                found.putIfAbsent(read.name(), parameter(read, isWhole && read.required()));
            }
            for (var parameter : endpoint.method().getParameters()) {
                var bound = parameter.getAnnotation(QueryValue.class);
                if (bound != null) {
                    var name = bound.value().isEmpty() ? parameter.getName() : bound.value();
                    var schema = schemas.of(parameter.getAnnotatedType(), Way.IN);
                    var isNeeded = !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
                    found.putIfAbsent(name, parameter(new Read(name, schema, isNeeded), isNeeded));
                }
            }
        }
        return found.values();
    }

    private static Map<String, Object> parameter(Read read, boolean required) {
        var schema = new LinkedHashMap<>(read.schema());
        var description = schema.remove("description");
        var isList = "array".equals(schema.get("type"));
        return Tree.of(
                "name",
                read.name(),
                "in",
                "query",
                "description",
                description,
                "required",
                required ? true : null,
                "style",
                isList ? "form" : null,
                "explode",
                isList ? false : null,
                "schema",
                schema);
    }

    private Optional<Map<String, Object>> body(List<Endpoint> endpoints) {
        var content = Tree.of();
        var required = true;
        for (var endpoint : endpoints) {
            var bound = Stream.of(endpoint.method().getParameters())
                    .filter(parameter -> parameter.isAnnotationPresent(Body.class))
                    .findFirst();
            if (bound.isPresent()) {
                required &= !bound.get().getAnnotatedType().isAnnotationPresent(Nullable.class);
                var schema = schemas.of(bound.get().getAnnotatedType(), Way.IN);
                endpoint.consumes().forEach(media -> content.put(media, Tree.of("schema", schema)));
            } else if (!endpoint.told().body().isEmpty()) {
                content.put(
                        MediaType.APPLICATION_JSON,
                        Tree.of("schema", object(endpoint.told().body())));
            } else if (!endpoint.consumes().equals(List.of(MediaType.APPLICATION_JSON))) {
                endpoint.consumes().forEach(media -> content.put(media, Tree.of("schema", raw(endpoint, media))));
            }
        }
        return content.isEmpty() ? Optional.empty() : Optional.of(Tree.of("required", required, "content", content));
    }

    private static Map<String, Object> raw(Endpoint endpoint, String media) {
        if (!media.equals(MediaType.MULTIPART_FORM_DATA)) {
            return Tree.of("type", "string", "format", "binary");
        }
        var form = object(endpoint.told().form());
        if (form.get("properties") instanceof Map<?, ?> fields) {
            var withFile = new LinkedHashMap<String, Object>();
            withFile.put("file", Tree.of("type", "string", "format", "binary"));
            fields.forEach((name, schema) -> withFile.put(name.toString(), schema));
            form.put("properties", withFile);
        }
        var required = new ArrayList<Object>(List.of("file"));
        if (form.get("required") instanceof List<?> others) {
            required.addAll(others);
        }
        form.put("required", required);
        return form;
    }

    private static Map<String, Object> object(Collection<Read> fields) {
        var properties = Tree.of();
        fields.forEach(field -> properties.put(field.name(), field.schema()));
        var required = fields.stream().filter(Read::required).map(Read::name).toList();
        return Tree.of("type", "object", "required", required.isEmpty() ? null : required, "properties", properties);
    }

    private Map<String, Object> responses(Endpoint endpoint) {
        var responses = Tree.of();
        successes(endpoint).forEach((status, content) -> {
            responses.put(
                    Integer.toString(status),
                    Tree.of(
                            "description",
                            meaning(status),
                            "headers",
                            Headers.of(endpoint, status),
                            "content",
                            content.isEmpty() ? null : content));
        });
        // A status that is told of both ways is in the gateway's envelope both times.
        failures.of(endpoint).forEach(responses::putIfAbsent);
        return responses;
    }

    private static String meaning(int status) {
        return switch (status) {
            case 101 -> "The connection goes on as a WebSocket";
            case 200 -> "Done";
            case 201 -> "Made";
            case 202 -> "Accepted; it is not done yet";
            case 204 -> "Done, and nothing to say";
            case 307 -> "It is found at another address, for a short time";
            default -> "Not now";
        };
    }

    /** Contents by status. */
    private Map<Integer, Map<String, Object>> successes(Endpoint endpoint) {
        var answers = new TreeMap<Integer, Map<String, Object>>();
        if (endpoint.isStream()) {
            answers.put(101, Tree.of());
            return answers;
        }
        var type = endpoint.method().getAnnotatedReturnType();
        var fixed = endpoint.method().getAnnotation(Status.class);
        var isResponse = HttpResponse.class.isAssignableFrom(endpoint.method().getReturnType());
        if (!isResponse) {
            var status = fixed == null ? 200 : fixed.value().getCode();
            answers.put(
                    status,
                    endpoint.method().getReturnType() == void.class ? Tree.of() : json(schemas.of(type, Way.OUT)));
            return answers;
        }
        endpoint.told().statuses().forEach(status -> answers.put(status, Tree.of()));
        var body = body(type);
        if (body.isPresent()) {
            if (answers.isEmpty()) {
                answers.put(200, Tree.of());
            }
            answers.replaceAll((status, none) -> content(body.get()));
        } else {
            for (var said : said(endpoint)) {
                var content = answers.computeIfAbsent(said.status(), any -> Tree.of());
                if (said.value() != Void.class) {
                    content.put(said.media(), Tree.of("schema", schema(said)));
                }
            }
        }
        return answers;
    }

    private static Optional<AnnotatedType> body(AnnotatedType response) {
        var argument = response instanceof AnnotatedParameterizedType generic
                ? generic.getAnnotatedActualTypeArguments()[0]
                : null;
        return argument == null || argument instanceof AnnotatedWildcardType ? Optional.empty() : Optional.of(argument);
    }

    /** What the method says, and what its area says of each that leaves it open, unless it makes nothing of it. */
    private static List<Replies> said(Endpoint endpoint) {
        var ofMethod = said(endpoint.method());
        var ofPackage = said(endpoint.method().getDeclaringClass().getPackage());
        return Stream.concat(ofMethod.stream(), ofPackage.stream()).toList();
    }

    private static List<Replies> said(AnnotatedElement element) {
        return List.of(element.getAnnotationsByType(Replies.class));
    }

    private Map<String, Object> schema(Replies said) {
        if (said.paged()) {
            return schemas.page(said.value());
        }
        return said.envelope() == Void.class
                ? schemas.of(said.value(), Way.OUT)
                : schemas.within(said.envelope(), said.value());
    }

    private Map<String, Object> content(AnnotatedType body) {
        var schema = Tree.of("schema", schemas.of(body, Way.OUT));
        return Tree.of(
                body.getType() == byte[].class ? MediaType.APPLICATION_OCTET_STREAM : MediaType.APPLICATION_JSON,
                schema);
    }

    private static Map<String, Object> json(Map<String, Object> schema) {
        return Tree.of(MediaType.APPLICATION_JSON, Tree.of("schema", schema));
    }

    /** Whether {@code fields} picks of its answer. */
    private static boolean answersFields(Endpoint endpoint) {
        return !endpoint.isOfTheGateway() && endpoint.method().getReturnType() != void.class;
    }

    static Map<String, Object> shared() {
        var parameters = Tree.of(
                "Fields",
                Tree.of(
                        "name",
                        FIELDS,
                        "in",
                        "query",
                        "description",
                        "What is wanted of the answer, or of each element of a list; `id` always comes",
                        "style",
                        "form",
                        "explode",
                        false,
                        "schema",
                        Tree.of("type", "array", "items", Tree.of("type", "string"))));
        parameters.putAll(Headers.parameters());
        return parameters;
    }
}
