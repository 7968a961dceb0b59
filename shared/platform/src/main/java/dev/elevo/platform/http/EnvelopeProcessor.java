package dev.elevo.platform.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;

/** What the framework calls when it cannot ask the {@link ErrorRoute}: an answer that fails while it is encoded. */
@Singleton
final class EnvelopeProcessor implements ErrorResponseProcessor<Object> {
    private final Envelopes envelopes;

    EnvelopeProcessor(Envelopes envelopes) {
        this.envelopes = envelopes;
    }

    @Override
    public MutableHttpResponse<Object> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        var failure = new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
        return response.status(failure.status(), failure.code().name())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .body(envelopes.render(context.getRequest(), failure));
    }
}
