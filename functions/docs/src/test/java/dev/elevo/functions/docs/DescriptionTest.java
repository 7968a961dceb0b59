package dev.elevo.functions.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Area;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.testing.Surrounded;
import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document that the build made. */
class DescriptionTest {
    private static final SwaggerParseResult READ =
            new OpenAPIV3Parser().readContents(new String(Texts.read("openapi.yaml"), UTF_8));
    private static final List<String> PUBLIC = List.of(
            "GET /health",
            "GET /metrics",
            "GET /openapi.yaml",
            "GET /api/v1/openapi.yaml",
            "GET /swagger-ui",
            "GET /console");
    private static final Map<ErrorCode, String> ELSEWHERE = Map.of(
            ErrorCode.PORT_UNREACHABLE, "answers visitors of previews, which the conformance suite tries",
            ErrorCode.PTY_ALREADY_EXISTS, "is reserved: a terminal's id is that of its process");
    private static final OpenAPI DOCUMENT = Objects.requireNonNull(READ.getOpenAPI());

    @Test
    void it_is_read_by_others_without_a_word() {
        assertThat(READ.getMessages()).isEmpty();
        assertThat(DOCUMENT.getOpenapi()).isEqualTo("3.0.3");
    }

    @Test
    void it_has_every_route_of_every_function_and_nothing_else(@TempDir Path blobs) {
        var routes = new ArrayList<String>();
        try (var surrounded = new Surrounded().with("elevo.blobs.directory", blobs.toString())) {
            for (var area : Area.values()) {
                try (var function = surrounded.start(constructor(area))) {
                    function.context()
                            .getBean(Router.class)
                            .uriRoutes()
                            .filter(route -> route.getHttpMethod() != HttpMethod.HEAD
                                    && route.getHttpMethod() != HttpMethod.OPTIONS)
                            .map(route -> route.getHttpMethod() + " "
                                    + route.getUriMatchTemplate().toPathString())
                            .forEach(routes::add);
                }
            }
        }

        assertThat(operations().keySet())
                .containsExactlyInAnyOrderElementsOf(routes.stream()
                        .map(route -> route.replace("{+", "{").replaceFirst("(?<=.)/$", ""))
                        .collect(Collectors.toSet()));
    }

    private static Function<Surroundings, AreaFunction> constructor(Area area) {
        try {
            var constructor = Class.forName(area.handlerClass()).getConstructor(Surroundings.class);
            return surroundings -> {
                try {
                    return (AreaFunction) constructor.newInstance(surroundings);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("its function must be known to the module openapi: " + area, e);
        }
    }

    @Test
    void every_answer_has_a_shape() {
        var without = operations().entrySet().stream()
                .filter(entry -> !isStream(entry.getKey()))
                .filter(entry -> entry.getValue().getResponses().entrySet().stream()
                        .filter(answer -> answer.getKey().startsWith("2")
                                && !answer.getKey().equals("204"))
                        .anyMatch(answer -> answer.getValue().getContent() == null
                                || answer.getValue().getContent().values().stream()
                                        .anyMatch(content -> content.getSchema() == null)))
                .map(Map.Entry::getKey);

        assertThat(without).as("which need @Replies").isEmpty();
    }

    @Test
    void every_answer_of_the_gateway_says_what_is_in_its_envelope() {
        var envelopes = DOCUMENT.getComponents().getSchemas().keySet().stream()
                .filter(name -> name.endsWith("GatewayAnswer"))
                .toList();

        assertThat(envelopes)
                .hasSize(13)
                .allSatisfy(name ->
                        assertThat(property(schema(name), "content").get$ref()).isNotNull());
    }

    @Test
    void every_operation_succeeds_somehow_and_has_a_name_for_a_method() {
        assertThat(operations()).isNotEmpty().allSatisfy((place, operation) -> {
            assertThat(operation.getResponses().keySet()).anyMatch(status -> status.compareTo("400") < 0);
            assertThat(operation.getOperationId()).matches("[a-z][A-Za-z0-9]*");
        });
        assertThat(operations().values()).extracting(Operation::getOperationId).doesNotHaveDuplicates();
    }

    /** What the code reads, its names, types, ranges and defaults. */
    @Test
    void parameters_that_are_read_by_hand_have_their_rules() {
        var list = parameters("GET /api/v1/sandboxes");
        assertThat(list)
                .containsKeys("page", "cursor", "sort_order", "labels", "search", "createdAfter", "fields", "expand");
        assertThat(schema(list, "limit").getMinimum()).isEqualByComparingTo("1");
        assertThat(schema(list, "limit").getMaximum()).isEqualByComparingTo("100");
        assertThat(schema(list, "limit").getDefault()).isEqualTo(20);
        assertThat(enumOf(list, "sort_by")).isEqualTo("[createdAt, name, state, startedAt, lastActivityAt]");
        assertThat(schema(list, "state").getItems().getEnum())
                .hasToString("[creating, running, stopped, paused, failed, deleted]");
        var read = parameters("GET /api/v1/sandboxes/{id}/files/read");
        assertThat(read)
                .hasEntrySatisfying(
                        "path", path -> assertThat(path.getRequired()).isTrue());
        assertThat(enumOf(read, "format")).isEqualTo("[text, bytes, stream]");
        assertThat(schema(read, "offset").getFormat()).isEqualTo("int64");
        var host = parameters("GET /api/v1/sandboxes/{id}/host");
        assertThat(host)
                .hasEntrySatisfying(
                        "port", port -> assertThat(port.getRequired()).isTrue());
        assertThat(schema(host, "port").getMaximum()).isEqualByComparingTo("65535");
        assertThat(parameters("GET /api/v1/sandboxes/{id}/process/{pid}/stream"))
                .containsKeys("includeHistory", "cursor");
        assertThat(enumOf(parameters("DELETE /api/v1/sandboxes/{id}/process/{pid}"), "signal"))
                .contains("SIGTERM", "SIGSTOP");
    }

    @Test
    void bodies_have_the_rules_of_their_records() {
        var run = schema("RunRequest");
        assertThat(required(run)).isEqualTo(List.of("command"));
        assertThat(property(run, "command").getMaxLength()).isEqualTo(131_072);
        assertThat(property(run, "timeoutMs").getMaximum()).isEqualByComparingTo("86400000");
        assertThat(properties(schema("RunResult"))).contains("exitCode").doesNotContain("mark");
        assertThat(required(schema("SandboxInfo"))).contains("id", "state").doesNotContain("startedAt");
        var upload = operation("POST /api/v1/sandboxes/{id}/files/upload")
                .getRequestBody()
                .getContent();
        assertThat(upload).containsOnlyKeys("multipart/form-data", "application/octet-stream");
        assertThat(upload)
                .hasEntrySatisfying(
                        "multipart/form-data",
                        form -> assertThat(required(form.getSchema())).isEqualTo(List.of("file", "path")));
    }

    @Test
    void failures_are_told_by_their_codes() {
        assertThat(codes("POST /api/v1/sandboxes/{id}/stop", "404")).isEqualTo(List.of(2001));
        assertThat(codes("POST /api/v1/sandboxes/{id}/stop", "503")).isEqualTo(List.of(2006, 9002));
        assertThat(codes("POST /api/v1/sandboxes/{id}/git/push", "502")).isEqualTo(List.of(5004));
        assertThat(response("POST /api/v1/sandboxes/{id}/stop", "429").getHeaders())
                .containsKeys("Retry-After", "X-RateLimit-Reset", "X-Request-ID");
    }

    @Test
    void every_code_is_some_operations_or_has_a_reason_why_it_is_none() {
        var described = operations().keySet().stream()
                .flatMap(place -> operation(place).getResponses().keySet().stream()
                        .map(status -> response(place, status).getExtensions()))
                .filter(Objects::nonNull)
                .map(extensions -> extensions.get("x-error-codes"))
                .filter(List.class::isInstance)
                .flatMap(codes -> ((List<?>) codes).stream())
                .collect(Collectors.toSet());

        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(described.contains(code.number()))
                        .as("%s, which is elsewhere: %s", code, ELSEWHERE.get(code))
                        .isNotEqualTo(ELSEWHERE.containsKey(code)));
    }

    @Test
    void whoever_is_public_asks_for_no_credential_and_nobody_else() {
        assertThat(operations()).allSatisfy((place, operation) -> {
            var isPublic = PUBLIC.stream().anyMatch(place::startsWith);
            assertThat(operation.getSecurity() != null
                            && operation.getSecurity().isEmpty())
                    .as(place)
                    .isEqualTo(isPublic);
        });
        assertThat(DOCUMENT.getComponents().getSecuritySchemes())
                .containsOnlyKeys("bearer", "apiKey", "authorizationApiKey", "apiKeyInQuery", "tokenInQuery");
    }

    private static boolean isStream(String place) {
        return Stream.of(Area.values()).anyMatch(area -> area.servesStream(place.substring(place.indexOf(' ') + 1)));
    }

    private static Map<String, Parameter> parameters(String place) {
        return operation(place).getParameters().stream()
                .map(parameter -> parameter.get$ref() == null
                        ? parameter
                        : DOCUMENT.getComponents().getParameters().get(last(parameter.get$ref())))
                .collect(Collectors.toMap(Parameter::getName, Function.identity()));
    }

    private static ApiResponse response(String place, String status) {
        var response = Objects.requireNonNull(operation(place).getResponses().get(status), status);
        var reference = response.get$ref();
        return reference == null
                ? response
                : Objects.requireNonNull(DOCUMENT.getComponents().getResponses().get(last(reference)), reference);
    }

    private static Object codes(String place, String status) {
        return Objects.requireNonNull(response(place, status).getExtensions().get("x-error-codes"));
    }

    private static String last(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static Schema<?> schema(Map<String, Parameter> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name), name).getSchema();
    }

    private static String enumOf(Map<String, Parameter> parameters, String name) {
        return String.valueOf(schema(parameters, name).getEnum());
    }

    private static Schema<?> schema(String name) {
        return Objects.requireNonNull(DOCUMENT.getComponents().getSchemas().get(name), name);
    }

    private static List<String> required(Schema<?> schema) {
        return schema.getRequired();
    }

    private static Set<String> properties(Schema<?> schema) {
        return schema.getProperties().keySet();
    }

    private static Schema<?> property(Schema<?> schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private static Operation operation(String place) {
        return Objects.requireNonNull(operations().get(place), place);
    }

    private static Map<String, Operation> operations() {
        return DOCUMENT.getPaths().entrySet().stream()
                .flatMap(path -> path.getValue().readOperationsMap().entrySet().stream()
                        .map(verb -> Map.entry(verb.getKey() + " " + path.getKey(), verb.getValue())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
