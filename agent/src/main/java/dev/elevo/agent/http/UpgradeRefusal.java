package dev.elevo.agent.http;

import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Why a request did not become a connection, in the envelope of the API: of these requests the framework never hears. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class UpgradeRefusal {
    private UpgradeRefusal() {}

    static void send(ChannelHandlerContext context, Failure failure, ObjectMapper json) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(failure.status()),
                Unpooled.wrappedBuffer(body(failure, json)));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static byte[] body(Failure failure, ObjectMapper json) {
        try {
            return json.writeValueAsBytes(ErrorBody.of(failure, Ids.REQUEST.random(), null));
        } catch (IOException e) {
            throw new UncheckedIOException("an error body is always writable", e);
        }
    }
}
