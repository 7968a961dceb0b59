package dev.elevo.platform.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Edge;
import dev.elevo.platform.streams.Handshake;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.function.BinaryTypeConfiguration;
import io.micronaut.servlet.http.BodyBuilder;
import io.micronaut.servlet.http.ServletExchange;
import io.micronaut.servlet.http.ServletHttpHandler;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One payload-2.0 event through the pipeline. */
@Singleton
final class GatewayHandler extends ServletHttpHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayHandler.class);

    /** Of all answers only lists get so large, by the number of their items. */
    private static final Failure TOO_LARGE = Failure.Invalid.field(
            "limit", "gives an answer of more than 6 MB; ask for fewer items, or with fields for less of each", null);

    private final ConversionService conversionService;
    private final BinaryTypeConfiguration binaryTypes;
    private final BodyBuilder bodyBuilder;
    private final Edge edge;
    private final Optional<Passage> passage;

    GatewayHandler(
            ApplicationContext context,
            ConversionService conversionService,
            BinaryTypeConfiguration binaryTypes,
            BodyBuilder bodyBuilder,
            Edge edge,
            Optional<Passage> passage) {
        super(context, conversionService);
        this.conversionService = conversionService;
        this.binaryTypes = binaryTypes;
        this.bodyBuilder = bodyBuilder;
        this.edge = edge;
        this.passage = passage;
    }

    APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
        return answer(event, null);
    }

    /** @param handshake where a good answer opens a connection */
    APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, @Nullable Handshake handshake) {
        var response = new GatewayResponse<Object>(conversionService, binaryTypes);
        var request = new GatewayRequest<Object>(event, response, conversionService, bodyBuilder);
        if (handshake != null) {
            handshake.enter(request);
        }
        edge.enter(request);
        var passed = false;
        try {
            passed = handshake == null && passage.isPresent() && isTaken(passage.get(), event, request, response);
            if (!passed) {
                service(request);
            }
            if (!passed && response.isTooLarge()) {
                response.discardBody();
                edge.write(request, response, TOO_LARGE);
            }
        } finally {
            // Who answers in our place may answer nothing.
            edge.leave(request, response, passed || response.hasBody());
        }
        return response.getNativeResponse();
    }

    private boolean isTaken(
            Passage way,
            APIGatewayV2HTTPEvent event,
            GatewayRequest<Object> request,
            GatewayResponse<Object> response) {
        try {
            return way.take(event, request, response);
        } catch (ApiException e) {
            LOG.warn("{} {} cannot be passed on", request.getMethodName(), request.getPath(), e);
            edge.write(request, response, e.failure());
            return true;
        }
    }

    @Override
    protected ServletExchange<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> createExchange(
            APIGatewayV2HTTPEvent event, APIGatewayV2HTTPResponse ignored) {
        var response = new GatewayResponse<Object>(conversionService, binaryTypes);
        return new GatewayRequest<Object>(event, response, conversionService, bodyBuilder);
    }
}
