package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the requests for previews out of a client's connection, one after the other; all others pass. It comes before whatever
 * collects a request: of these nothing is collected.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class PreviewConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PreviewConnection.class);
    private static final long DRAIN_SECONDS = 5;

    private final Previews previews;
    private final Limits limits;
    private @Nullable PreviewExchange exchange;
    /** The next request, sent ahead of the answer: at most one message, for no more is read. */
    private @Nullable Object held;

    private boolean parting;
    private boolean draining;

    PreviewConnection(Previews previews, Limits limits) {
        this.previews = previews;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (parting) {
            ReferenceCountUtil.release(message);
        } else if (exchange != null) {
            if (exchange.takesMore()) {
                exchange.take(message);
            } else if (held == null) {
                held = message;
            } else {
                ReferenceCountUtil.release(message);
                context.close();
            }
        } else if (message instanceof HttpRequest request
                && request.decoderResult().isSuccess()) {
            route(context, request);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void route(ChannelHandlerContext context, HttpRequest request) {
        try {
            var address = PreviewAddress.of(request, previews.domains());
            if (address.isEmpty()) {
                context.fireChannelRead(request);
                return;
            }
            context.channel().config().setAutoRead(false);
            Head.check(request, limits.headBytes());
            var next = new PreviewExchange(this, context, previews.admissions(), request, address.get());
            exchange = next;
            next.begin();
        } catch (ApiException e) {
            refuse(context, e.failure(), request.headers());
        }
    }

    boolean isDraining() {
        return draining;
    }

    void refuse(ChannelHandlerContext context, Failure failure, HttpHeaders asked) {
        var response = Refusal.of(failure, asked);
        if (failure.status() == 401) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        part(context, response);
    }

    /** With the last answer on this connection: the rest of the request may still be on its way. */
    void part(ChannelHandlerContext context, FullHttpResponse last) {
        parting = true;
        exchange = null;
        dropHeld();
        Parting.with(last, context.channel());
    }

    /** The answer is written; what comes next on this connection is a new request. */
    void finished(ChannelHandlerContext context) {
        exchange = null;
        var next = held;
        held = null;
        if (next != null) {
            channelRead(context, next);
        }
        // Not before: the rest of the request would overtake its head.
        if (exchange == null && !parting) {
            context.channel().config().setAutoRead(true);
        }
    }

    /** The answer was the last on this connection. */
    void partAfter(ChannelHandlerContext context, ChannelFuture written) {
        parting = true;
        exchange = null;
        dropHeld();
        Parting.after(written, context.channel());
    }

    /** From here on the connection carries bytes of the service and of the client, and no HTTP. */
    static void strip(ChannelPipeline pipeline) {
        pipeline.remove(WholeRequests.class);
        pipeline.remove(Connection.class);
        pipeline.remove(RequestReader.class);
        pipeline.remove(ResponseWriter.class);
        pipeline.remove(FlowControlHandler.class);
        pipeline.remove(IdleStateHandler.class);
    }

    private void dropHeld() {
        if (held != null) {
            ReferenceCountUtil.release(held);
            held = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        var current = exchange;
        if (current == null) {
            super.userEventTriggered(context, event);
        } else if (event instanceof Connection.Drain) {
            draining = true;
            if (current.isTunnel()) {
                context.close();
            } else {
                context.executor().schedule(() -> context.close(), DRAIN_SECONDS, TimeUnit.SECONDS);
            }
        } else if (event instanceof IdleStateEvent && current.waitsForClient()) {
            context.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (exchange != null) {
            exchange.clientTakesMore();
        }
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (exchange != null) {
            exchange.clientIsGone();
            exchange = null;
        }
        dropHeld();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (exchange == null) {
            context.fireExceptionCaught(cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.error("the preview of {} broke", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
