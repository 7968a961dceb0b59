package dev.elevo.bench;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.localstack.gateway.Gateway;
import java.util.Map;

/** The gateway of the local run with one function, the same as the peer's {@code handler.js}. */
public final class HelloGateway {
    private HelloGateway() {}

    /**
     * Listens until it is ended.
     *
     * @param arguments the port
     */
    public static void main(String[] arguments) {
        Gateway.start(
                "127.0.0.1",
                Integer.parseInt(arguments[0]),
                Map.of(
                        Area.ADMIN,
                        event -> APIGatewayV2HTTPResponse.builder()
                                .withStatusCode(200)
                                .withHeaders(Map.of("content-type", "application/json"))
                                .withBody(Json.write(
                                        Map.of("hello", event.getRawPath().substring("/hello/".length()))))
                                .build()));
    }
}
