package dev.elevo.platform.http;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything thrown becomes an answer; nothing else builds an error body. A global error route, because it is asked
 * before the framework's many exception handlers: none of them can answer past it.
 */
@Controller
final class ErrorRoute {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorRoute.class);
    private static final int SERVER_ERRORS = 500;

    private final FailureTranslator translator;
    private final Envelopes envelopes;

    ErrorRoute(FailureTranslator translator, Envelopes envelopes) {
        this.translator = translator;
        this.envelopes = envelopes;
    }

    @Error(global = true, exception = Throwable.class)
    HttpResponse<?> answer(HttpRequest<?> request, Throwable thrown) {
        var failure = translator.translate(thrown, request);
        log(request, failure, thrown);
        return respond(request, failure);
    }

    MutableHttpResponse<?> respond(HttpRequest<?> request, Failure failure) {
        var response = HttpResponse.status(
                        envelopes.status(request, failure), failure.code().name())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .body(envelopes.render(request, failure));
        if (failure.status() == 401) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        switch (failure) {
            case Failure.Limited limited -> retryAfter(response, limited.retryAfterSeconds());
            case Failure.Unavailable unavailable -> retryAfter(response, unavailable.retryAfterSeconds());
            case Failure.Refused refused -> {}
            case Failure.Invalid invalid -> {}
        }
        return response;
    }

    private static void retryAfter(MutableHttpResponse<?> response, long seconds) {
        response.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }

    /** A disk is full, a command does not end, all places are taken: what a server may say without anything being broken in it. */
    private static boolean isNobodysFault(Failure failure, Throwable thrown) {
        return switch (failure.code()) {
            case INTERNAL_ERROR, SANDBOX_CREATION_FAILED -> false;
            // Of one that something did not answer the cause tells why.
            case SERVICE_UNAVAILABLE -> thrown instanceof ApiException && thrown.getCause() == null;
            default -> thrown instanceof ApiException;
        };
    }

    /** Once, here. A refusal without a cause is an ordinary answer and is in the access log. */
    private static void log(HttpRequest<?> request, Failure failure, Throwable thrown) {
        if (failure.code() == ErrorCode.NOT_IMPLEMENTED) {
            // Of the server's by its status, and no fault of anybody's.
            LOG.info("{} {}: {}", request.getMethodName(), request.getPath(), failure.message());
        } else if (failure.status() >= SERVER_ERRORS && isNobodysFault(failure, thrown)) {
            LOG.warn(
                    "{} {} answers {} {}: {}",
                    request.getMethodName(),
                    request.getPath(),
                    failure.code().number(),
                    failure.code(),
                    failure.message());
        } else if (failure.status() >= SERVER_ERRORS) {
            LOG.error(
                    "{} {} answers {} {}",
                    request.getMethodName(),
                    request.getPath(),
                    failure.code().number(),
                    failure.code(),
                    thrown);
        } else if (thrown.getCause() != null) {
            LOG.debug("{} {} answers {}", request.getMethodName(), request.getPath(), failure.code(), thrown);
        }
    }
}
