package dev.elevo.agent.http;

import dev.elevo.agent.stream.Streams;
import dev.elevo.agent.stream.Tickets;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.StreamTarget;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a handshake with a ticket the stream the ticket is for. Like {@link PortUpgrade} it lets every other request pass. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class DirectUpgrade extends ChannelInboundHandlerAdapter {
    /** The contract's subprotocol: the credential follows its name. */
    private static final String SUBPROTOCOL = "bearer";

    private static final Logger LOG = LoggerFactory.getLogger(DirectUpgrade.class);
    private static final int FRAME_BYTES = 32 * 1024;
    private static final int MESSAGE_BYTES = 128 * 1024;
    private static final long SILENCE_SECONDS = 90;

    private final Tickets tickets;
    private final Streams streams;
    private final ObjectMapper json;
    /** From here on nothing on this connection is for anybody else. */
    private boolean taken;

    DirectUpgrade(Tickets tickets, Streams streams, ObjectMapper json) {
        this.tickets = tickets;
        this.streams = streams;
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (taken) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest request && isDirect(request)) {
            taken = true;
            var head = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1,
                    HttpMethod.GET,
                    request.uri(),
                    Unpooled.EMPTY_BUFFER,
                    request.headers().copy(),
                    EmptyHttpHeaders.INSTANCE);
            ReferenceCountUtil.release(message);
            Thread.ofVirtual().name("direct-connect").start(() -> connect(context, head));
        } else {
            super.channelRead(context, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!taken) {
            super.channelReadComplete(context);
        }
    }

    private static boolean isDirect(HttpRequest request) {
        var question = request.uri().indexOf('?');
        var path = question < 0 ? request.uri() : request.uri().substring(0, question);
        return path.equals(AgentPaths.DIRECT)
                && request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }

    private void connect(ChannelHandlerContext context, FullHttpRequest request) {
        try {
            var ticket = tickets.redeem(token(request));
            var origin = request.headers().get(HttpHeaderNames.ORIGIN);
            if (origin != null && !ticket.allows(origin)) {
                throw new Failure.Refused(ErrorCode.FORBIDDEN, "Pages of this origin may not connect").asException();
            }
            var socket = new DirectSocket(context.channel());
            var link =
                    streams.open(ticket.sandboxId(), Ids.EVENT.random(), at(ticket.target(), request), socket.wire());
            socket.serves(link);
            context.executor().execute(() -> become(context, request, socket));
        } catch (ApiException e) {
            context.executor().execute(() -> PlainResponses.refuse(context, e.failure(), request.headers(), json));
        } catch (RuntimeException e) {
            LOG.error("no direct connection", e);
            var failure = new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
            context.executor().execute(() -> PlainResponses.refuse(context, failure, request.headers(), json));
        }
    }

    /** The ticket says what; where to begin may be said by whoever comes. */
    private static StreamTarget at(StreamTarget target, HttpRequest request) {
        var parameters = new HashMap<>(target.parameters());
        new QueryStringDecoder(request.uri()).parameters().forEach((name, values) -> {
            if (name.equals(StreamTarget.HISTORY) || name.equals(StreamTarget.CURSOR)) {
                parameters.put(name, values.getLast());
            }
        });
        return new StreamTarget(target.kind(), parameters);
    }

    private static String token(HttpRequest request) {
        @Nullable String offered = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        var words = offered == null
                ? List.<String>of()
                : Stream.of(offered.split(",", -1)).map(String::strip).toList();
        var name = words.indexOf(SUBPROTOCOL);
        if (name < 0 || name + 1 >= words.size()) {
            throw new Failure.Refused(ErrorCode.UNAUTHORIZED, "A ticket is required").asException();
        }
        return words.get(name + 1);
    }

    private void become(ChannelHandlerContext context, FullHttpRequest request, DirectSocket socket) {
        var channel = context.channel();
        var handshaker = new WebSocketServerHandshakerFactory(
                        "",
                        SUBPROTOCOL,
                        WebSocketDecoderConfig.newBuilder()
                                .maxFramePayloadLength(FRAME_BYTES)
                                .allowExtensions(false)
                                .closeOnProtocolViolation(false)
                                .build())
                .newHandshaker(request);
        if (handshaker == null || !channel.isActive()) {
            socket.gone();
            var failure = new Failure.Refused(ErrorCode.INVALID_REQUEST, "This is no WebSocket that we know");
            PlainResponses.refuse(context, failure, request.headers(), json);
            return;
        }
        var pipeline = channel.pipeline();
        for (var handler : pipeline.toMap().values()) {
            if (!(handler instanceof HttpServerCodec) && handler != this) {
                pipeline.remove(handler);
            }
        }
        try {
            handshaker.handshake(channel, request).addListener(shaken -> {
                if (shaken.isSuccess()) {
                    socket.open();
                } else {
                    channel.close();
                }
            });
        } catch (RuntimeException e) {
            LOG.info("no handshake: {}", e.getMessage());
            socket.gone();
            channel.close();
            return;
        }
        pipeline.addLast(
                new IdleStateHandler(SILENCE_SECONDS, 0, 0, TimeUnit.SECONDS),
                new Utf8FrameValidator(false),
                new WebSocketFrameAggregator(MESSAGE_BYTES),
                socket);
        pipeline.remove(this);
    }
}
