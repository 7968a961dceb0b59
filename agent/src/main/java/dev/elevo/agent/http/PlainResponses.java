package dev.elevo.agent.http;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.RequestId;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Answers that leave without the framework, in the same words. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class PlainResponses {
    private PlainResponses() {}

    /**
     * Why not, in the envelope of the API.
     *
     * @param asked the headers of the request, which may name it
     */
    static FullHttpResponse refusal(Failure failure, HttpHeaders asked, ObjectMapper json) {
        var requestId = RequestId.of(asked.get(RequestId.HEADER));
        var response = json(HttpResponseStatus.valueOf(failure.status()), ErrorBody.of(failure, requestId, null), json);
        response.headers().set(RequestId.HEADER, requestId);
        if (failure instanceof Failure.Unavailable later) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, later.retryAfterSeconds());
        }
        return response;
    }

    /** With the last answer of a connection. */
    static void refuse(ChannelHandlerContext context, Failure failure, HttpHeaders asked, ObjectMapper json) {
        var response = refusal(failure, asked, json);
        HttpUtil.setKeepAlive(response, false);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
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
