package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;

/** A function as the gateway sees it. Called on a virtual thread; it may block. */
public interface EventHandler {
    APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) throws Exception;
}
