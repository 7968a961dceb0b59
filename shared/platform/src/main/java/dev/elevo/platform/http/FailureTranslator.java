package dev.elevo.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import io.micronaut.core.bind.exceptions.UnsatisfiedArgumentException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.codec.CodecException;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.json.JsonSyntaxException;
import io.micronaut.serde.exceptions.InvalidFormatException;
import io.micronaut.serde.exceptions.SerdeException;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/**
 * Says of anything thrown which failure it is. What cannot be read is 9005, what can be read and breaks a rule is 9004; what
 * nobody foresaw is 9001 and tells the client nothing more.
 */
@Singleton
final class FailureTranslator {
    /** Of a record that is closed. The library has no type for it, only these words. */
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("^Unknown property \\[(.*?)]");

    Failure translate(Throwable thrown, HttpRequest<?> request) {
        return switch (thrown) {
            case ApiException known -> known.failure();
            case ConstraintViolationException broken ->
                FieldNames.invalid(broken, Call.of(request).route());
            case ConversionErrorException unconverted -> unconverted(unconverted);
            case UnsatisfiedRouteException missing -> missing(missing.getArgument());
            case UnsatisfiedArgumentException missing -> missing(missing.getArgument());
            case CodecException undecoded -> unreadableBody(undecoded);
            case JsonSyntaxException syntax -> unreadable("The body is not valid JSON");
            case HttpStatusException status -> status(status, request);
            // The state table did not answer, or not in time; every store would have to say the same.
            case SdkClientException unanswered -> storeDown();
            case SdkServiceException failed
            when failed.statusCode() >= 500 || failed.isThrottlingException() -> storeDown();
            default -> new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
        };
    }

    private static Failure storeDown() {
        return new Failure.Unavailable("The state store does not answer", Duration.ofSeconds(1));
    }

    private static Failure unconverted(ConversionErrorException exception) {
        var cause = causeOf(exception, ApiException.class);
        if (cause != null) {
            return cause.failure();
        }
        if (causeOf(exception, SerdeException.class) != null
                || causeOf(exception, JsonProcessingException.class) != null) {
            return unreadableBody(exception);
        }
        var argument = exception.getArgument();
        var name = FieldNames.external(argument.getAnnotationMetadata(), argument.getName());
        var value = exception.getConversionError().getOriginalValue().orElse(null);
        // A word where a word is needed, only not one of the known ones: read, and found wrong.
        return argument.getType().isEnum()
                ? FieldNames.invalid(name, PossibleValues.words(argument), value)
                : unreadable(
                        name,
                        "cannot be read as "
                                + argument.getType().getSimpleName().toLowerCase(Locale.ROOT));
    }

    private static Failure missing(Argument<?> argument) {
        return argument.getAnnotationMetadata().hasAnnotation(Body.class)
                ? unreadable("The body is not a JSON object")
                : FieldNames.invalid(
                        FieldNames.external(argument.getAnnotationMetadata(), argument.getName()),
                        BrokenRules.NEEDED,
                        null);
    }

    private static Failure unreadableBody(Throwable thrown) {
        var known = causeOf(thrown, ApiException.class);
        if (known != null) {
            return known.failure();
        }
        var serde = causeOf(thrown, SerdeException.class);
        if (serde == null || causeOf(thrown, JsonProcessingException.class) != null) {
            return unreadable("The body is not valid JSON");
        }
        var field = FieldNames.of(serde);
        var unknown = UNKNOWN_FIELD.matcher(Objects.requireNonNullElse(serde.getMessage(), ""));
        if (unknown.find()) {
            return FieldNames.invalid(field, "has no field " + Excerpt.of(unknown.group(1)), null);
        }
        var ill = causeOf(thrown, InvalidFormatException.class);
        if (ill != null && ill.getOriginalValue() instanceof CharSequence value) {
            var wanted = FieldNames.type(serde).map(PossibleValues::words).orElse(PossibleValues.UNKNOWN);
            return FieldNames.invalid(field, wanted, value);
        }
        if (causeOf(thrown, DateTimeParseException.class) != null) {
            return unreadable(field, "must be a time as 2026-01-31T00:00:00Z");
        }
        if (field.isEmpty()) {
            return unreadable("The body is not a JSON object that this endpoint takes");
        }
        var wanted = FieldNames.wanted(serde);
        return unreadable(field, wanted == null ? "has the wrong JSON type" : "must be " + wanted + " in JSON");
    }

    private static Failure status(HttpStatusException exception, HttpRequest<?> request) {
        return switch (exception.getStatus()) {
            case NOT_FOUND, METHOD_NOT_ALLOWED -> noEndpoint(request);
            case UNSUPPORTED_MEDIA_TYPE -> unreadable(ContentTypeFilter.notTaken(request));
            default ->
                exception.getStatus().getCode() < 500
                        ? unreadable("The request cannot be read")
                        : new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
        };
    }

    private static Failure noEndpoint(HttpRequest<?> request) {
        return new Failure.Refused(
                ErrorCode.RESOURCE_NOT_FOUND,
                "There is no " + request.getMethodName() + " " + Excerpt.of(request.getPath())
                        + " here; check the method and the path");
    }

    private static Failure unreadable(String field, String why) {
        return new Failure.Refused(
                ErrorCode.INVALID_REQUEST,
                field + " " + why,
                Map.of("fields", List.of(new FieldError(field, why, null))));
    }

    private static Failure unreadable(String message) {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, message);
    }

    static <T extends Throwable> @Nullable T causeOf(Throwable thrown, Class<T> type) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
        }
        return null;
    }
}
