package dev.elevo.platform.http;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses the envelope of a failure by the path that was called. */
@Singleton
final class Envelopes {
    private final List<Envelope> special;
    private final @Nullable String docUrl;

    Envelopes(List<Envelope> special, HttpConfiguration configuration) {
        this.special = List.copyOf(special);
        this.docUrl = configuration.docUrl();
    }

    int status(HttpRequest<?> request, Failure failure) {
        for (var envelope : special) {
            if (envelope.covers(request.getPath())) {
                return envelope.status(failure);
            }
        }
        return failure.status();
    }

    Object render(HttpRequest<?> request, Failure failure) {
        var requestId = Call.of(request).requestId();
        for (var envelope : special) {
            if (envelope.covers(request.getPath())) {
                return envelope.render(failure, requestId);
            }
        }
        return ErrorBody.of(failure, requestId, docUrl);
    }
}
