package dev.elevo.agent.http;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Answers that leave without the framework, in the same words. */
final class PlainResponses {
    private PlainResponses() {}

    static FullHttpResponse refusal(Failure failure, ObjectMapper json) {
        var response = json(
                HttpResponseStatus.valueOf(failure.status()), ErrorBody.of(failure, Ids.REQUEST.random(), null), json);
        if (failure instanceof Failure.Unavailable later) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, later.retryAfterSeconds());
        }
        return response;
    }

    static FullHttpResponse json(HttpResponseStatus status, Object body, ObjectMapper json) {
        try {
            var response = of(status, Unpooled.wrappedBuffer(json.writeValueAsBytes(body)));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException("a body of ours is always writable", e);
        }
    }

    static FullHttpResponse of(HttpResponseStatus status, ByteBuf body) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        return response;
    }
}
