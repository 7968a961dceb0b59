package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A gateway on a free port whose every area is one function of a test. */
public final class Running implements AutoCloseable {
    private final Gateway gateway;

    Running(EventHandler function) {
        this(function, Limits.CLOUD);
    }

    Running(EventHandler function, Limits limits) {
        gateway = Gateway.start(
                "127.0.0.1",
                0,
                Arrays.stream(Area.values()).collect(Collectors.toMap(Function.identity(), area -> function)),
                new Sockets(),
                limits);
    }

    static Limits limits(Duration integrationTime, Duration requestTime, Duration idleTime) {
        return new Limits(
                Limits.CLOUD.bodyBytes(),
                Limits.CLOUD.headBytes(),
                Limits.CLOUD.payloadBytes(),
                integrationTime,
                requestTime,
                idleTime);
    }

    public static APIGatewayV2HTTPResponse answer(String text) {
        return APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withHeaders(Map.of("content-type", "text/plain"))
                .withBody(text)
                .build();
    }

    /** With the cloud's limits but for the time in which a client must have sent its request. */
    public static Running impatient(Duration requestTime) {
        return new Running(
                event -> answer("fine"), limits(Limits.CLOUD.integrationTime(), requestTime, Limits.CLOUD.idleTime()));
    }

    public RawClient connect() throws IOException {
        return new RawClient(gateway.port());
    }

    int port() {
        return gateway.port();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
