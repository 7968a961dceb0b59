package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.platform.streams.SocketEvent;

/** A function as the gateway sees it. Called on a virtual thread; it may block. */
public interface EventHandler {
    APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) throws Exception;

    /** An event of a WebSocket; only areas with streams get some. */
    default APIGatewayV2HTTPResponse handle(SocketEvent event) throws Exception {
        throw new UnsupportedOperationException("no streams here");
    }
}
