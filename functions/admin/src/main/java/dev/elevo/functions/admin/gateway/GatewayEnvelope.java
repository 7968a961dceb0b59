package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Envelope;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** The gateway's own words for failures, on all that is not below {@code /api/v1} (contract 5.1). */
@Singleton
public final class GatewayEnvelope implements Envelope {
    private static final String API = "/api/v1";

    @Override
    public boolean covers(String path) {
        return !path.equals(API) && !path.startsWith(API + "/");
    }

    @Override
    public int status(Failure failure) {
        return statusOf(failure);
    }

    public static int statusOf(Failure failure) {
        return switch (failure.status()) {
            case 413, 415, 422 -> 400;
            default -> failure.status();
        };
    }

    @Override
    public Object render(Failure failure, String requestId) {
        return answer(failure);
    }

    public static GatewayAnswer<Object> answer(Failure failure) {
        return new GatewayAnswer<>(code(failure), failure.message(), content(failure));
    }

    public static String code(Failure failure) {
        return switch (failure.status()) {
            case 401 -> "F40001";
            case 403 -> "F40003";
            case 404 -> "F40400";
            case 409 -> "F40900";
            case 429 -> "F42900";
            default -> failure.status() < 500 ? "F40000" : GatewayAnswer.INTERNAL_ERROR;
        };
    }

    private static Map<String, Object> content(Failure failure) {
        return switch (failure) {
            case Failure.Invalid(var fields) ->
                Map.of(
                        "errors",
                        fields.stream()
                                .map(field -> Map.of("field", field.field(), "message", field.message()))
                                .toList());
            case Failure.Refused refused when code(failure).equals("F40000") -> Map.of("errors", List.of());
            case Failure.Refused refused -> Map.of();
            case Failure.Limited limited -> Map.of();
            case Failure.Unavailable unavailable -> Map.of();
        };
    }
}
