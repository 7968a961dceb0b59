package dev.elevo.agent.http;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every error of the agent in the envelope of the API; the cause stays in the log. */
@Singleton
final class Envelope implements ErrorResponseProcessor<ErrorBody> {
    private static final Logger LOG = LoggerFactory.getLogger(Envelope.class);
    private static final int SERVER_ERROR = 500;
    private static final Pattern ANSWERED_ID = Pattern.compile("(?i)x-request-id: ([A-Za-z0-9._-]{1,128})");

    @Override
    public MutableHttpResponse<ErrorBody> processResponse(ErrorContext error, MutableHttpResponse<?> response) {
        var failure = failure(error, response.code());
        var requestId = requestId(error.getRequest());
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

    /** The gateway's own where it asks for somebody: that is in the header of the answer. */
    private static String requestId(HttpRequest<?> request) {
        return request.getHeaders().getAll(AgentPaths.ANSWER_HEADER).stream()
                .map(ANSWERED_ID::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .findFirst()
                .orElseGet(Ids.REQUEST::random);
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
