package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.platform.http.Envelope;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The gateway's own words for failures, on all that is not below {@code /api/v1} (contract 5.1). */
@Singleton
public final class GatewayEnvelope implements Envelope {
    private static final String API = "/api/v1";
    private static final String INVALID = "F40000";

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
        var broken = broken(failure);
        return new GatewayAnswer<>(
                code(failure), message(failure), broken == null ? Map.of() : new BrokenInput(broken));
    }

    private static String message(Failure failure) {
        return failure.code() == ErrorCode.INSUFFICIENT_SCOPE
                        && failure.details().get("required") instanceof List<?> anyOf
                ? "The credential needs the permission "
                        + anyOf.stream().map(Object::toString).collect(Collectors.joining(" or "))
                : failure.message();
    }

    private static String code(Failure failure) {
        return switch (failure.status()) {
            case 401 -> "F40001";
            case 403 -> "F40003";
            case 404 -> "F40400";
            case 409 -> "F40900";
            case 429 -> "F42900";
            default -> failure.status() < 500 ? INVALID : GatewayAnswer.INTERNAL_ERROR;
        };
    }

    /** What is wrong with the input; null where it is not the input. */
    static @Nullable List<BrokenField> broken(Failure failure) {
        if (!code(failure).equals(INVALID)) {
            return null;
        }
        return failure.details().get("fields") instanceof List<?> fields
                ? fields.stream()
                        .filter(FieldError.class::isInstance)
                        .map(FieldError.class::cast)
                        .map(field -> new BrokenField(field.field(), field.message()))
                        .toList()
                : List.of();
    }
}
