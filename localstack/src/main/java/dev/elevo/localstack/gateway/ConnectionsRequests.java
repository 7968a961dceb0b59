package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.contract.InstantSerde;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.URLDecoder;
import java.security.MessageDigest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The three requests of {@code @connections}. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class ConnectionsRequests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionsRequests.class);
    private static final String ROOT = "/@connections/";

    /** API Gateway has one code for all; ours may be told which one the contract wants. */
    private static final String CLOSE_CODE = "X-Elevo-Close-Code";

    private static final int GOING_AWAY = 1001;

    private final Sockets sockets;
    private final byte[] authorization;

    ConnectionsRequests(Sockets sockets, String secret) {
        this.sockets = sockets;
        this.authorization = ("Bearer " + secret).getBytes(UTF_8);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        context.writeAndFlush(answer(request));
    }

    private FullHttpResponse answer(FullHttpRequest request) {
        if (!isAuthorized(request) || !request.uri().startsWith(ROOT)) {
            return answer(HttpResponseStatus.NOT_FOUND, "");
        }
        var id = URLDecoder.decode(request.uri().substring(ROOT.length()), UTF_8);
        var found = sockets.find(id);
        if (found.isEmpty()) {
            return answer(HttpResponseStatus.GONE, "");
        }
        var socket = found.get();
        return switch (request.method().name()) {
            case "POST" ->
                answer(
                        socket.send(request.content().toString(UTF_8))
                                ? HttpResponseStatus.OK
                                : HttpResponseStatus.GONE,
                        "");
            case "DELETE" -> {
                socket.close(request.headers().getInt(CLOSE_CODE, GOING_AWAY));
                yield answer(HttpResponseStatus.NO_CONTENT, "");
            }
            case "GET" ->
                answer(
                        HttpResponseStatus.OK,
                        "{\"connectedAt\":\"" + InstantSerde.format(socket.connectedAt()) + "\",\"lastActiveAt\":\""
                                + InstantSerde.format(socket.lastActiveAt()) + "\"}");
            default -> answer(HttpResponseStatus.METHOD_NOT_ALLOWED, "");
        };
    }

    private boolean isAuthorized(FullHttpRequest request) {
        var presented = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return MessageDigest.isEqual(authorization, presented.getBytes(UTF_8));
    }

    private static FullHttpResponse answer(HttpResponseStatus status, String body) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, UTF_8));
        if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        }
        return response;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a request of a function broke", cause);
        }
        context.close();
    }
}
