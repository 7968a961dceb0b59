package dev.elevo.agent.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client may be sending still. Closed at once, the connection would be reset under the client's hands, and
 * a reset overtakes what was written last: so our side is closed first, and what comes is read and dropped for a while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Parting extends ChannelDuplexHandler {
    private static final long PATIENCE_SECONDS = 10;

    private boolean begun;

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        var channel = context.channel();
        if (begun || !channel.isActive() || !(channel instanceof DuplexChannel client)) {
            context.close(promise);
            return;
        }
        begun = true;
        channel.closeFuture().addListener(closed -> promise.trySuccess());
        client.shutdownOutput().addListener(shut -> {
            if (!shut.isSuccess()) {
                context.close();
            }
        });
        channel.config().setAutoRead(true);
        var forced = context.executor().schedule(() -> context.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> forced.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (begun) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(context, message);
        }
    }
}
