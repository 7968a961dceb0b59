package dev.elevo.localstack.microvm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An error of the service, as its model names it. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    final int status;
    final String type;
    final String text;
    final @Nullable Duration retryAfter;

    private RefusedException(int status, String type, String message, @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.type = type;
        this.text = message;
        this.retryAfter = retryAfter;
    }

    static RefusedException invalid(String message) {
        return new RefusedException(400, "ValidationException", message, null);
    }

    static RefusedException denied(String message) {
        return new RefusedException(403, "AccessDeniedException", message, null);
    }

    static RefusedException notFound(String message) {
        return new RefusedException(404, "ResourceNotFoundException", message, null);
    }

    static RefusedException conflict(String message) {
        return new RefusedException(409, "ConflictException", message, null);
    }

    static RefusedException quota(String message) {
        return new RefusedException(402, "ServiceQuotaExceededException", message, null);
    }

    static RefusedException throttled() {
        return new RefusedException(429, "ThrottlingException", "Rate exceeded", Duration.ofSeconds(1));
    }

    static RefusedException noCapacity() {
        return new RefusedException(500, "InsufficientCapacityException", "There is no capacity now", null);
    }

    static RefusedException broken() {
        return new RefusedException(500, "InternalServerException", "Internal error", null);
    }
}
