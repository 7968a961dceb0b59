package dev.elevo.openapi;

import static dev.elevo.contract.ErrorCode.FILE_TOO_LARGE;
import static dev.elevo.contract.ErrorCode.FORBIDDEN;
import static dev.elevo.contract.ErrorCode.GIT_PULL_FAILED;
import static dev.elevo.contract.ErrorCode.GIT_PUSH_FAILED;
import static dev.elevo.contract.ErrorCode.IDEMPOTENCY_CONFLICT;
import static dev.elevo.contract.ErrorCode.INSUFFICIENT_SCOPE;
import static dev.elevo.contract.ErrorCode.INTERNAL_ERROR;
import static dev.elevo.contract.ErrorCode.INVALID_REQUEST;
import static dev.elevo.contract.ErrorCode.INVALID_TOKEN;
import static dev.elevo.contract.ErrorCode.RATE_LIMITED;
import static dev.elevo.contract.ErrorCode.SERVICE_UNAVAILABLE;
import static dev.elevo.contract.ErrorCode.TOKEN_EXPIRED;
import static dev.elevo.contract.ErrorCode.UNAUTHORIZED;
import static dev.elevo.contract.ErrorCode.VALIDATION_ERROR;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.openapi.Schemas.Way;
import dev.elevo.platform.openapi.Fails;
import io.micronaut.http.MediaType;
import java.lang.reflect.AnnotatedElement;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The answers of an endpoint that are no success, by their status. */
final class Failures {
    private static final String KIND = "responses";

    /** Each kind once, by its name. */
    private final Map<String, Object> shared = new TreeMap<>();

    private final Schemas schemas;

    private static final Set<ErrorCode> ANYWHERE =
            EnumSet.of(INTERNAL_ERROR, SERVICE_UNAVAILABLE, INVALID_REQUEST, VALIDATION_ERROR);
    private static final Set<ErrorCode> OF_CALLERS =
            EnumSet.of(UNAUTHORIZED, FORBIDDEN, TOKEN_EXPIRED, INVALID_TOKEN, INSUFFICIENT_SCOPE, RATE_LIMITED);
    /** They say by their status too who is to blame. */
    private static final Map<ErrorCode, List<Integer>> STATUSES =
            Map.of(GIT_PUSH_FAILED, List.of(409, 502), GIT_PULL_FAILED, List.of(409, 502));

    Failures(Schemas schemas) {
        this.schemas = schemas;
    }

    Map<String, Object> shared() {
        return shared;
    }

    Map<String, Object> of(Endpoint endpoint) {
        var ending = endpoint.isPublic() ? "-public" : "";
        if (endpoint.isOfTheGateway()) {
            var name = "Failure-gateway" + ending;
            shared.computeIfAbsent(name, any -> ofTheGateway(endpoint));
            return Tree.of("default", Tree.reference(KIND, name));
        }
        var byStatus = new TreeMap<Integer, EnumSet<ErrorCode>>();
        for (var code : codes(endpoint)) {
            for (var status : STATUSES.getOrDefault(code, List.of(code.status()))) {
                byStatus.computeIfAbsent(status, any -> EnumSet.noneOf(ErrorCode.class))
                        .add(code);
            }
        }
        var answers = Tree.of();
        byStatus.forEach((status, codes) -> {
            var numbers = codes.stream().map(code -> "-" + code.number()).collect(Collectors.joining());
            var name = "Failure-" + status + numbers + ending;
            shared.computeIfAbsent(name, any -> answer(endpoint, status, codes));
            answers.put(Integer.toString(status), Tree.reference(KIND, name));
        });
        return answers;
    }

    private static Set<ErrorCode> codes(Endpoint endpoint) {
        var codes = EnumSet.copyOf(ANYWHERE);
        if (!endpoint.isPublic()) {
            codes.addAll(OF_CALLERS);
        }
        if (endpoint.isChange() && !endpoint.isPublic()) {
            codes.add(IDEMPOTENCY_CONFLICT);
        }
        if (endpoint.isChange()) {
            codes.add(FILE_TOO_LARGE);
        }
        codes.addAll(said(endpoint.method()));
        codes.addAll(said(endpoint.method().getDeclaringClass().getPackage()));
        return codes;
    }

    private static List<ErrorCode> said(AnnotatedElement element) {
        return Stream.of(element.getAnnotationsByType(Fails.class))
                .flatMap(fails -> Stream.of(fails.value()))
                .toList();
    }

    private Map<String, Object> answer(Endpoint endpoint, int status, Collection<ErrorCode> codes) {
        return Tree.of(
                "description",
                codes.stream()
                        .map(code -> code.number() + " " + code.name() + ": " + code.meaning())
                        .collect(Collectors.joining("\n\n")),
                "headers",
                Headers.of(endpoint, status),
                "content",
                json(schemas.of(ErrorBody.class, Way.OUT)),
                "x-error-codes",
                codes.stream().map(ErrorCode::number).toList());
    }

    /** Its own codes, in its own envelope. */
    private Map<String, Object> ofTheGateway(Endpoint endpoint) {
        return Tree.of(
                "description",
                "A failure, with a code that begins with F",
                "headers",
                Headers.of(endpoint, 0),
                "content",
                json(schemas.of(GatewayFailure.class, Way.OUT)));
    }

    private static Map<String, Object> json(Map<String, Object> schema) {
        return Tree.of(MediaType.APPLICATION_JSON, Tree.of("schema", schema));
    }
}
