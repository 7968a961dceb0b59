package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.RequestId;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the gateway answers itself, in the envelope of the API: requests that reach no function. */
final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);

    private Refusal() {}

    /** @param asked the headers of the request, which may name it */
    static FullHttpResponse of(Failure failure, HttpHeaders asked) {
        var requestId = RequestId.of(asked.get(RequestId.HEADER));
        LOG.info("refused {} {}: {}", requestId, failure.code(), failure.message());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(failure.status()),
                Unpooled.wrappedBuffer(body(failure, requestId)));
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

    private static byte[] body(Failure failure, String requestId) {
        try {
            return ObjectMapper.getDefault().writeValueAsBytes(ErrorBody.of(failure, requestId, null));
        } catch (IOException e) {
            throw new UncheckedIOException("an error body is always writable", e);
        }
    }
}
