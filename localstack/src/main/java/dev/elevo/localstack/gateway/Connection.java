package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: one request after the other, answered in their order. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Invocations invocations;

    /** Sent ahead of the answer to the one before; what is behind these stays in the socket. */
    private final Queue<FullHttpRequest> pipelined = new ArrayDeque<>();

    private boolean busy;

    Connection(Invocations invocations) {
        super(false);
        this.invocations = invocations;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (busy) {
            pipelined.add(request);
        } else {
            begin(context, request);
        }
    }

    private void begin(ChannelHandlerContext context, FullHttpRequest request) {
        busy = true;
        context.channel().config().setAutoRead(false);
        if (request.decoderResult().isFailure()) {
            var refusal =
                    Refusal.of(new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request is not readable HTTP"));
            request.release();
            context.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        var keepAlive = HttpUtil.isKeepAlive(request);
        var isHead = request.method().equals(HttpMethod.HEAD);
        invocations.answer(
                request,
                (InetSocketAddress) context.channel().remoteAddress(),
                response -> context.executor()
                        .execute(() -> finish(context, isHead ? withoutBody(response) : response, keepAlive)));
    }

    private void finish(ChannelHandlerContext context, FullHttpResponse response, boolean keepAlive) {
        response.headers()
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        var written = context.writeAndFlush(response);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        busy = false;
        var next = pipelined.poll();
        if (next == null) {
            context.channel().config().setAutoRead(true);
        } else {
            begin(context, next);
        }
    }

    private static FullHttpResponse withoutBody(FullHttpResponse response) {
        return response.replace(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent && !busy) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        pipelined.forEach(FullHttpRequest::release);
        pipelined.clear();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) { // a client that went away is none of our errors
            LOG.error("connection of {} broke", context.channel().remoteAddress(), cause);
        }
        context.close();
    }
}
