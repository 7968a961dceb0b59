package dev.elevo.agent.http;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error of the agent in the envelope of the API; the cause stays in the log. */
@Singleton
final class Envelope implements ErrorResponseProcessor<ErrorBody> {
    private static final Logger LOG = LoggerFactory.getLogger(Envelope.class);
    private static final int SERVER_ERROR = 500;

    @Override
    public MutableHttpResponse<ErrorBody> processResponse(ErrorContext error, MutableHttpResponse<?> response) {
        var failure = failure(error, response.code());
        var requestId = Ids.REQUEST.random();
        if (failure.status() >= SERVER_ERROR) {
            LOG.error(
                    "{} {} {}: {}",
                    requestId,
                    error.getRequest().getMethod(),
                    error.getRequest().getPath(),
                    failure.message(),
                    error.getRootCause().orElse(null));
        }
        return HttpResponse.<ErrorBody>status(HttpStatus.valueOf(failure.status()))
                .body(ErrorBody.of(failure, requestId, null));
    }

    private static Failure failure(ErrorContext error, int status) {
        if (error.getRootCause().orElse(null) instanceof ApiException known) {
            return known.failure();
        }
        return switch (status) {
            case 404, 405 -> new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "No such path");
            case 413 -> new Failure.Refused(ErrorCode.FILE_TOO_LARGE, "The request is too large");
            default ->
                status < SERVER_ERROR
                        ? new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request is not readable")
                        : new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
        };
    }
}
