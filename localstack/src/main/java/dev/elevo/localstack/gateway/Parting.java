package dev.elevo.localstack.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose client may be sending still. Closed at once, the connection would be reset under the client's hands,
 * and a reset overtakes the answer that says why: so only our side is closed, and what comes is read and dropped for a while.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class Parting {
    private static final long PATIENCE_SECONDS = 10;

    private Parting() {}

    static void with(FullHttpResponse last, Channel channel) {
        last.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        after(channel.writeAndFlush(last), channel);
    }

    /** @param lastWritten of an answer that says itself that it is the last */
    static void after(ChannelFuture lastWritten, Channel channel) {
        channel.config().setAutoRead(true);
        lastWritten.addListener(written -> {
            if (written.isSuccess()) {
                ((DuplexChannel) channel).shutdownOutput();
                var forced = channel.eventLoop().schedule(() -> channel.close(), PATIENCE_SECONDS, TimeUnit.SECONDS);
                channel.closeFuture().addListener(closed -> forced.cancel(false));
            } else {
                channel.close();
            }
        });
    }
}
