package dev.elevo.localstack.gateway;

import dev.elevo.contract.RequestId;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.platform.engine.AgentRoutes;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A function's answer that leads to the agent, as the request which the agent answers in its place. */
final class Relay {
    /** The function's words about its own answer. */
    private static final Set<String> NOT_PASSED_ON =
            Set.of("location", "content-length", "content-type", AgentRoutes.RELAY_HEADER.toLowerCase(Locale.ROOT));

    private Relay() {}

    static Optional<HttpRequest> of(FullHttpResponse answer) {
        var location = answer.headers().get(HttpHeaderNames.LOCATION);
        if (location == null || !answer.headers().contains(AgentRoutes.RELAY_HEADER)) {
            return Optional.empty();
        }
        var request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, URI.create(location).getRawPath());
        request.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        var requestId = answer.headers().get(RequestId.HEADER);
        if (requestId != null) {
            request.headers().set(RequestId.HEADER, requestId);
        }
        // What the function said of the request the agent knows nothing of.
        answer.headers().forEach(header -> {
            if (!NOT_PASSED_ON.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                request.headers().add(AgentPaths.ANSWER_HEADER, header.getKey() + ": " + header.getValue());
            }
        });
        return Optional.of(request);
    }
}
