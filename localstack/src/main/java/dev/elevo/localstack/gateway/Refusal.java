package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
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

    static FullHttpResponse of(Failure failure) {
        var requestId = Ids.REQUEST.random();
        LOG.info("refused {} {}: {}", requestId, failure.code(), failure.message());
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(failure.status()),
                Unpooled.wrappedBuffer(body(failure, requestId)));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set("X-Request-ID", requestId)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
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
