package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpResponse;

/** Answers requests for what no endpoint serves, past the pipeline: their rules are not those of our own endpoints. */
public interface Passage {
    /**
     * Answers the request, wholly, or leaves it to the pipeline.
     *
     * <p>A failure that it throws is told in the words of the request's place.
     *
     * @param event the request as it came, whose path is not yet tidied up
     */
    boolean take(APIGatewayV2HTTPEvent event, HttpRequest<?> request, ServletHttpResponse<?, ?> response);
}
