package dev.elevo.platform.streams;

import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.outbound.OutboundHttp;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/**
 * The @connections of an API Gateway, or of the local one. Three requests need no client of the AWS SDK of their own: that
 * would cost every cold start more than all of them together.
 */
@Singleton
@Requires(beans = Stream.class)
final class GatewayOutlet implements Outlet {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final byte[] NOTHING = {};

    private final OutboundHttp http;
    private final StreamsConfiguration configuration;
    private final Signing signing;
    private final JsonMapper json;

    GatewayOutlet(OutboundHttp http, StreamsConfiguration configuration, JsonMapper json) {
        this.http = http;
        this.configuration = configuration;
        this.signing = new Signing(DefaultCredentialsProvider.builder().build(), "execute-api", configuration.region());
        this.json = json;
    }

    @Override
    public Sent send(String connectionId, String message) {
        var answer = call("POST", connectionId, message.getBytes(StandardCharsets.UTF_8), Map.of());
        return switch (answer.statusCode()) {
            case 200 -> Sent.YES;
            case 410 -> Sent.GONE;
            case 429 -> Sent.NOT_NOW;
            default -> throw new OutletException("the gateway answered " + answer.statusCode(), null);
        };
    }

    @Override
    public void close(String connectionId, CloseCode code) {
        var answer = call(
                "DELETE", connectionId, NOTHING, Map.of(ConnectionGrant.CLOSE_CODE, Integer.toString(code.number())));
        switch (answer.statusCode()) {
            case 200, 204, 410 -> {}
            default -> throw new OutletException("the gateway answered " + answer.statusCode(), null);
        }
    }

    @Override
    public Optional<Instant> lastActive(String connectionId) {
        var answer = call("GET", connectionId, NOTHING, Map.of());
        return switch (answer.statusCode()) {
            case 200 -> Optional.of(lastActive(answer.body()));
            case 410 -> Optional.empty();
            default -> throw new OutletException("the gateway answered " + answer.statusCode(), null);
        };
    }

    private Instant lastActive(byte[] body) {
        try {
            var told = json.readValue(body, Argument.mapOf(String.class, Object.class));
            var time = told == null ? null : told.get("lastActiveAt");
            if (time == null) {
                throw new OutletException("the gateway does not say when a connection was active", null);
            }
            return OffsetDateTime.parse(time.toString()).toInstant();
        } catch (IOException e) {
            throw new OutletException("the gateway's answer is not readable", e);
        }
    }

    private HttpResponse<byte[]> call(String method, String connectionId, byte[] body, Map<String, String> headers) {
        var target = URI.create(configuration.connection(connectionId));
        var request = HttpRequest.newBuilder(target)
                .timeout(TIMEOUT)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        authorize(request, method, target, body);
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new OutletException("the gateway does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutletException("interrupted", e);
        }
    }

    private void authorize(HttpRequest.Builder request, String method, URI target, byte[] body) {
        if (!configuration.secret().isBlank()) {
            request.header("Authorization", "Bearer " + configuration.secret());
            return;
        }
        signing.headers(method, target, body).forEach((name, values) -> {
            // The client sets these itself, to the same values.
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(value -> request.header(name, value));
            }
        });
    }
}
