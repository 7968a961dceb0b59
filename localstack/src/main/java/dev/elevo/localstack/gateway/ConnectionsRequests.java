package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.platform.streams.ConnectionToken;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
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

    private static final int GOING_AWAY = 1001;

    private final Sockets sockets;
    private final String secret;

    ConnectionsRequests(Sockets sockets, String secret) {
        this.sockets = sockets;
        this.secret = secret;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.uri().startsWith(ROOT)) {
            context.writeAndFlush(answer(HttpResponseStatus.NOT_FOUND, ""));
            return;
        }
        var id = URLDecoder.decode(request.uri().substring(ROOT.length()), UTF_8);
        if (!isAuthorized(request, id)) {
            context.writeAndFlush(answer(HttpResponseStatus.NOT_FOUND, ""));
            return;
        }
        var found = sockets.find(id);
        if (found.isEmpty()) {
            context.writeAndFlush(answer(HttpResponseStatus.GONE, ""));
        } else if (request.method().equals(HttpMethod.POST)) {
            post(context, request, found.get());
        } else {
            context.writeAndFlush(answer(found.get(), request));
        }
    }

    /** Whoever waits for the client before he says more is never faster than the client; others are answered at once. */
    private static void post(ChannelHandlerContext context, FullHttpRequest request, Socket socket) {
        var sent = socket.send(request.content().toString(UTF_8));
        if (request.headers().contains(ConnectionGrant.WAIT)) {
            sent.thenAccept(taken -> context.writeAndFlush(posted(taken)));
        } else {
            context.writeAndFlush(posted(!sent.isDone() || sent.join()));
        }
    }

    private static FullHttpResponse posted(boolean taken) {
        return answer(taken ? HttpResponseStatus.OK : HttpResponseStatus.GONE, "");
    }

    private static FullHttpResponse answer(Socket socket, FullHttpRequest request) {
        return switch (request.method().name()) {
            case "DELETE" -> {
                socket.close(request.headers().getInt(ConnectionGrant.CLOSE_CODE, GOING_AWAY));
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

    /** By the secret, which opens all, or by the token that was made of it for this connection. */
    private boolean isAuthorized(FullHttpRequest request, String id) {
        var presented = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return isSame("Bearer " + secret, presented) || isSame("Bearer " + ConnectionToken.of(secret, id), presented);
    }

    private static boolean isSame(String expected, String presented) {
        return MessageDigest.isEqual(expected.getBytes(UTF_8), presented.getBytes(UTF_8));
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
