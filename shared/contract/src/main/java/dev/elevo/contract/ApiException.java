package dev.elevo.contract;

import org.jspecify.annotations.Nullable;

/** Carries a {@link Failure} to the edge, where it becomes an answer; the cause goes to the log only. */
public final class ApiException extends RuntimeException {
    private final transient Failure failure;

    public ApiException(Failure failure, @Nullable Throwable cause) {
        // No stack trace without a cause: a refusal is an ordinary answer, and filling the trace costs more than the
        // answer.
        super(failure.message(), cause, false, cause != null);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
