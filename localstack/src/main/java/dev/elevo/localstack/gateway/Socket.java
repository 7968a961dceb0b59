package dev.elevo.localstack.gateway;

import dev.elevo.platform.streams.SocketEvent;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket. Its client's messages go to the function one after the other; what comes meanwhile waits in the connection.
 * Everything here runs on the channel's own thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Socket extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(Socket.class);
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    /** For a client to answer a close; one that does not read would keep the connection for ever. */
    private static final long PARTING_SECONDS = 2;

    /** The same for one that was slow anyway: what it is told lies behind what it has not read yet. */
    private static final long SLOW_PARTING_SECONDS = 10;

    private static final int BINARY = 1003;
    private static final int ABNORMAL = 1006;
    private static final int TOO_BIG = 1009;
    private static final int GOING_AWAY = 1001;
    private static final int TOO_SLOW = 1013;
    private static final int SILENT = 4408;

    /** Of the buffer such a part keeps a client busy that reads. */
    private static final int ENOUGH = 4;

    private final Upgrade upgrade;
    private final Invocations invocations;
    private final Sockets sockets;
    private final Instant connectedAt = Instant.now();
    private volatile Instant lastActiveAt = connectedAt;
    private @Nullable Channel channel;
    private @Nullable Runnable release;
    private int closeCode = ABNORMAL;
    private volatile boolean closing;
    private boolean busy;
    private boolean gone;
    private int waiting;

    Socket(Upgrade upgrade, Invocations invocations, Sockets sockets) {
        this.upgrade = upgrade;
        this.invocations = invocations;
        this.sockets = sockets;
    }

    /** In the place of the connection's HTTP; from here on the channel is this socket's. */
    void open(ChannelHandlerContext http, FullHttpRequest request, FullHttpResponse accepted) {
        release = invocations.hold();
        var pipeline = http.pipeline();
        var limits = sockets.limits();
        var protocol = accepted.headers().get(PROTOCOL);
        var handshaker = new WebSocketServerHandshakerFactory("", protocol, decoding(limits.frameBytes()))
                .newHandshaker(request);
        accepted.release();
        if (handshaker == null || !http.channel().isActive()) {
            refuse(http, request);
            return;
        }
        try {
            handshaker
                    .handshake(
                            http.channel(),
                            request,
                            new DefaultHttpHeaders(),
                            http.channel().newPromise())
                    .addListener(shaken -> {
                        if (!shaken.isSuccess()) {
                            http.close();
                        }
                    });
        } catch (RuntimeException e) {
            LOG.info("no handshake: {}", e.getMessage());
            refuse(http, request);
            return;
        }
        request.release();
        channel = http.channel();
        pipeline.replace(
                IdleStateHandler.class,
                "silence",
                new IdleStateHandler(limits.silence().toMillis(), 0, 0, TimeUnit.MILLISECONDS));
        pipeline.addLast(new Utf8FrameValidator(false), new WebSocketFrameAggregator(limits.messageBytes()), this);
        pipeline.remove(http.handler());
        var life = http.channel()
                .eventLoop()
                .schedule(() -> close(GOING_AWAY), limits.life().toMillis(), TimeUnit.MILLISECONDS);
        http.channel().closeFuture().addListener(closed -> life.cancel(false));
        sockets.add(upgrade.connectionId(), this);
        http.channel().read();
    }

    private static WebSocketDecoderConfig decoding(int frameBytes) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(frameBytes)
                .allowExtensions(false)
                // Done here, with time for the client to hear of it: a socket closed while it sends would be reset.
                .closeOnProtocolViolation(false)
                .build();
    }

    /** The function has taken the client in, but it is no such client. */
    private void refuse(ChannelHandlerContext http, FullHttpRequest request) {
        request.release();
        gone = true;
        if (http.channel().isActive()) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(http.channel())
                    .addListener(sent -> http.close());
        }
        disconnected();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        lastActiveAt = Instant.now();
        switch (frame) {
            case CloseWebSocketFrame close -> partingOf(context, close);
            case PingWebSocketFrame ping -> {
                context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
                context.read();
            }
            case BinaryWebSocketFrame binary -> {
                close(BINARY);
                context.read();
            }
            case TextWebSocketFrame text when !closing -> tell(context, text.text());
            default -> context.read();
        }
    }

    private void partingOf(ChannelHandlerContext context, CloseWebSocketFrame close) {
        if (closing) {
            context.close();
            return;
        }
        closing = true;
        closeCode = close.statusCode() < 0 ? 1005 : close.statusCode();
        context.writeAndFlush(close.retain()).addListener(written -> context.close());
    }

    private void tell(ChannelHandlerContext context, String text) {
        busy = true;
        invocations.play(
                upgrade.area(),
                SocketEvents.message(upgrade.connectionId(), text),
                well -> context.executor().execute(() -> {
                    busy = false;
                    if (!well) {
                        // API Gateway's own words, and it goes on.
                        send("{\"message\": \"Internal server error\", \"connectionId\":\"" + upgrade.connectionId()
                                + "\"}");
                    }
                    if (gone) {
                        disconnected();
                    } else {
                        context.read();
                    }
                }));
    }

    /**
     * From any thread; what is sent first arrives first. True when it is on its way and not much waits before it, false when the
     * socket is closed or closes before.
     */
    CompletableFuture<Boolean> send(String text) {
        var open = channel;
        if (open == null || closing) {
            return CompletableFuture.completedFuture(false);
        }
        var taken = new CompletableFuture<Boolean>();
        open.eventLoop().execute(() -> write(open, text.getBytes(StandardCharsets.UTF_8), taken));
        return taken;
    }

    private void write(Channel open, byte[] message, CompletableFuture<Boolean> taken) {
        if (closing || gone) {
            taken.complete(false);
            return;
        }
        waiting += message.length;
        if (waiting > sockets.limits().bufferBytes()) {
            LOG.info("{} does not read what it asked for", upgrade.connectionId());
            close(TOO_SLOW);
            taken.complete(false);
            return;
        }
        var frame = sockets.limits().frameBytes();
        ChannelFuture last = null;
        for (int from = 0; from == 0 || from < message.length; from += frame) {
            var length = Math.min(frame, message.length - from);
            var isLast = from + length == message.length;
            var part = Unpooled.wrappedBuffer(message, from, length);
            last = open.write(
                    from == 0
                            ? new TextWebSocketFrame(isLast, 0, part)
                            : new ContinuationWebSocketFrame(isLast, 0, part));
            last.addListener(written -> waiting -= length);
        }
        open.flush();
        if (last == null || waiting <= sockets.limits().bufferBytes() / ENOUGH) {
            taken.complete(true);
        } else {
            last.addListener(written -> taken.complete(written.isSuccess()));
        }
    }

    /** From any thread. */
    void close(int code) {
        var open = channel;
        if (open == null) {
            return;
        }
        open.eventLoop().execute(() -> {
            if (closing || gone) {
                return;
            }
            closing = true;
            closeCode = code;
            open.writeAndFlush(new CloseWebSocketFrame(code, ""));
            var forced = open.eventLoop().schedule(() -> open.close(), partingSeconds(code), TimeUnit.SECONDS);
            open.closeFuture().addListener(closed -> forced.cancel(false));
        });
    }

    private static long partingSeconds(int code) {
        return code == TOO_SLOW ? SLOW_PARTING_SECONDS : PARTING_SECONDS;
    }

    Instant connectedAt() {
        return connectedAt;
    }

    Instant lastActiveAt() {
        return lastActiveAt;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof Connection.Drain) {
            close(GOING_AWAY);
        } else if (event instanceof IdleStateEvent) {
            close(SILENT);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        sockets.remove(upgrade.connectionId());
        if (!busy) {
            disconnected();
        }
    }

    private void disconnected() {
        SocketEvent event = SocketEvents.disconnect(upgrade.connectionId(), closeCode, "");
        invocations.play(upgrade.area(), event, well -> {
            if (release != null) {
                release.run();
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case TooLongFrameException tooLong -> {
                close(TOO_BIG);
                context.read();
            }
            case CorruptedWebSocketFrameException corrupted -> {
                close(corrupted.closeStatus().code());
                context.read();
            }
            case IOException clientWentAway -> context.close();
            default -> {
                LOG.error("socket {} broke", upgrade.connectionId(), cause);
                context.close();
            }
        }
    }
}
