package dev.elevo.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not done, as a fact for the client. It never carries host names, storage details or exception texts;
 * those belong to the cause of the {@link ApiException} and to the log.
 *
 * <p>The code says which failure it is; the shape says what comes with it.
 */
public sealed interface Failure {

    ErrorCode code();

    String message();

    /** Names the thing concerned; becomes {@code error.details}. */
    Map<String, Object> details();

    default int status() {
        return code().status();
    }

    default ApiException asException() {
        return new ApiException(this, null);
    }

    default ApiException causedBy(Throwable cause) {
        return new ApiException(this, cause);
    }

    /** Understood and not done: missing, in the wrong state, not allowed, broken. */
    record Refused(ErrorCode code, String message, Map<String, Object> details, int status) implements Failure {
        public Refused {
            details = Map.copyOf(details);
        }

        public Refused(ErrorCode code, String message, Map<String, Object> details) {
            this(code, message, details, code.status());
        }

        public Refused(ErrorCode code, String message) {
            this(code, message, Map.of());
        }
    }

    /** Readable, but it breaks a rule (9004). */
    record Invalid(List<FieldError> fields) implements Failure {
        private static final int MOST_FIELDS = 50;

        public Invalid {
            fields = fields.stream().limit(MOST_FIELDS).toList();
        }

        public static Invalid field(String field, String message, @Nullable Object value) {
            return new Invalid(List.of(new FieldError(field, message, value)));
        }

        @Override
        public ErrorCode code() {
            return ErrorCode.VALIDATION_ERROR;
        }

        @Override
        public String message() {
            return fields.size() == 1
                    ? fields.getFirst().field() + ": " + fields.getFirst().message()
                    : fields.size() + " fields are invalid";
        }

        @Override
        public Map<String, Object> details() {
            return Map.of("fields", fields);
        }
    }

    /** Over a rate limit (9003). */
    record Limited(int limit, Instant resetAt, Duration retryAfter) implements Failure {
        @Override
        public ErrorCode code() {
            return ErrorCode.RATE_LIMITED;
        }

        @Override
        public String message() {
            return "Rate limit of " + limit + " requests per minute exceeded";
        }

        @Override
        public Map<String, Object> details() {
            return Map.of("limit", limit, "remaining", 0, "resetAt", resetAt, "retryAfter", retryAfterSeconds());
        }

        public long retryAfterSeconds() {
            return wholeSeconds(retryAfter);
        }
    }

    /** Not now (9002); the client may try again after the given time. */
    record Unavailable(String message, Duration retryAfter) implements Failure {
        @Override
        public ErrorCode code() {
            return ErrorCode.SERVICE_UNAVAILABLE;
        }

        @Override
        public Map<String, Object> details() {
            return Map.of();
        }

        public long retryAfterSeconds() {
            return wholeSeconds(retryAfter);
        }
    }

    /** Rounded up: a client that waits this long must find the door open. */
    private static long wholeSeconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
