package dev.elevo.localstack.gateway;

import dev.elevo.contract.Area;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.RequestId;
import dev.elevo.functions.admin.gateway.GatewayEnvelope;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the gateway answers itself, to requests that reach no function: in the envelope that their function would have used. */
final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final RouteTable ROUTES = new RouteTable();
    private static final GatewayEnvelope ROOT = new GatewayEnvelope();

    private Refusal() {}

    static FullHttpResponse of(Failure failure, HttpRequest asked) {
        return isOfRoot(asked)
                ? of(
                        failure,
                        asked.headers(),
                        GatewayEnvelope.statusOf(failure),
                        any -> GatewayEnvelope.answer(failure))
                : of(failure, asked.headers());
    }

    /**
     * In the envelope of the API, whatever the path is.
     *
     * @param asked the headers of the request, which may name it
     */
    static FullHttpResponse of(Failure failure, HttpHeaders asked) {
        return of(failure, asked, failure.status(), requestId -> ErrorBody.of(failure, requestId, null));
    }

    private static FullHttpResponse of(
            Failure failure, HttpHeaders asked, int status, Function<String, Object> envelope) {
        var requestId = RequestId.of(asked.get(RequestId.HEADER));
        LOG.info("refused {} {}: {}", requestId, failure.code(), failure.message());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.wrappedBuffer(json(envelope.apply(requestId))));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(RequestId.HEADER, requestId)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        if (failure.details().get("retryAfter") instanceof Number seconds) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, seconds.longValue());
        }
        if (failure instanceof Failure.Unavailable later) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, later.retryAfterSeconds());
        }
        return response;
    }

    private static boolean isOfRoot(HttpRequest asked) {
        return Target.rawPath(asked.uri())
                .filter(path -> ROUTES.find(path) == Area.ADMIN && ROOT.covers(path))
                .isPresent();
    }

    private static byte[] json(Object envelope) {
        try {
            return ObjectMapper.getDefault().writeValueAsBytes(envelope);
        } catch (IOException e) {
            throw new UncheckedIOException("an error body is always writable", e);
        }
    }
}
