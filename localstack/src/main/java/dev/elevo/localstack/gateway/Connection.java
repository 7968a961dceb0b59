package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: one request after the other, answered in their order. What is sent ahead of an answer waits in the
 * socket, because nothing is read meanwhile (the flow control before this handler keeps what was read already).
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Invocations invocations;
    private final Sockets sockets;
    private final Optional<AgentDoor> agent;
    private State state = State.IDLE;
    private boolean draining;

    /** Told to every connection when the gateway closes: no request after the one under way. */
    record Drain() {}

    private enum State {
        IDLE,
        BUSY,
        /** The last answer is on its way; nothing that still comes is looked at. */
        PARTING
    }

    /** @param agent to whom connections are handed whose requests are his */
    Connection(Invocations invocations, Sockets sockets, Optional<AgentDoor> agent) {
        super(false);
        this.invocations = invocations;
        this.sockets = sockets;
        this.agent = agent;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (state == State.PARTING) {
            request.release();
        } else if (request.decoderResult().isFailure()) {
            request.release();
            part(context, Refusal.of(Head.unreadable(request.decoderResult()), request));
        } else {
            begin(context, request);
        }
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest request) {
        state = State.BUSY;
        context.channel().config().setAutoRead(false);
        var keepAlive = HttpUtil.isKeepAlive(request);
        if (agent.isPresent() && DirectTicket.isIn(request)) {
            hand(context, DirectTicket.toAgent(request), AgentDoor.AtDrain.ENDS, request.headers());
            request.release();
            return;
        }
        var upgrade = Upgrade.of(request);
        if (upgrade.isPresent()) {
            connect(context, request, upgrade.get(), keepAlive);
            return;
        }
        var isHead = request.method().equals(HttpMethod.HEAD);
        var asked = request.headers();
        invocations.answer(
                request,
                (InetSocketAddress) context.channel().remoteAddress(),
                response -> inTurn(context, response, asked, () -> {
                    var followed = agent.flatMap(door -> Relay.of(response));
                    if (followed.isPresent()) {
                        response.release();
                        hand(context, followed.get(), AgentDoor.AtDrain.GOES_ON, asked);
                    } else {
                        finish(context, isHead ? withoutBody(response) : response, keepAlive);
                    }
                }));
    }

    /** Where an answer cannot be passed on its client is told so: nobody else would answer any more. */
    private void inTurn(ChannelHandlerContext context, FullHttpResponse response, HttpHeaders asked, Runnable passing) {
        context.executor().execute(() -> {
            try {
                passing.run();
            } catch (RuntimeException e) {
                LOG.error(
                        "an answer for {} was not passed on", context.channel().remoteAddress(), e);
                if (response.refCnt() > 0) {
                    response.release();
                }
                if (context.isRemoved()) {
                    return; // the client has gone, or somebody else has him
                }
                part(context, Refusal.of(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"), asked));
            }
        });
    }

    /** The last answer on this connection comes from elsewhere. */
    private void hand(ChannelHandlerContext context, HttpRequest head, AgentDoor.AtDrain atDrain, HttpHeaders asked) {
        state = State.PARTING;
        agent.orElseThrow().hand(context, head, atDrain, failure -> part(context, Refusal.of(failure, asked)));
    }

    /** A good answer makes a WebSocket of this connection, any other one is answered. */
    private void connect(ChannelHandlerContext context, FullHttpRequest request, Upgrade upgrade, boolean keepAlive) {
        var socket = new Socket(upgrade, invocations, sockets);
        invocations.connect(
                upgrade,
                request.retain(),
                (InetSocketAddress) context.channel().remoteAddress(),
                response -> inTurn(context, response, request.headers(), () -> {
                    if (response.status().codeClass().equals(HttpStatusClass.SUCCESS)) {
                        socket.open(context, request, response);
                    } else {
                        request.release();
                        finish(context, response, keepAlive);
                    }
                }));
    }

    private void finish(ChannelHandlerContext context, FullHttpResponse response, boolean wantsMore) {
        var keepAlive = wantsMore && !draining;
        response.headers()
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        var written = context.writeAndFlush(response).addListener((ChannelFutureListener) Connection::closeUnwritten);
        if (!keepAlive) {
            state = State.PARTING;
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        state = State.IDLE;
        context.channel().config().setAutoRead(true);
    }

    /** An answer that cannot be written is no reason for its client to wait for it. */
    private static void closeUnwritten(ChannelFuture written) {
        if (!written.isSuccess()) {
            if (!(written.cause() instanceof IOException)) {
                LOG.error("an answer was not written", written.cause());
            }
            written.channel().close();
        }
    }

    /** The length stays that of the body which is not sent. */
    private static FullHttpResponse withoutBody(FullHttpResponse response) {
        response.content().release();
        return response.replace(Unpooled.EMPTY_BUFFER);
    }

    private void part(ChannelHandlerContext context, FullHttpResponse last) {
        state = State.PARTING;
        context.pipeline().get(RequestReader.class).dropRest();
        Parting.with(last, context.channel());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof WholeRequests.Oversized(var head, var failure)) {
            part(context, Refusal.of(failure, head));
        } else if (event instanceof Drain || event instanceof IdleStateEvent) {
            draining |= event instanceof Drain;
            // One that does not even take its last answer is no reason to keep it.
            if (state == State.IDLE || (state == State.PARTING && event instanceof IdleStateEvent)) {
                context.close();
            }
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that went away, also in the middle of its request, is none of our errors.
        if (!(cause instanceof IOException) && !(cause instanceof PrematureChannelClosureException)) {
            LOG.error("connection of {} broke", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
