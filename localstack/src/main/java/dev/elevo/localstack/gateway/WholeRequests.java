package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Collects a request, of a bounded size and within a bounded time. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class WholeRequests extends HttpObjectAggregator {
    private @Nullable Future<?> deadline;

    WholeRequests() {
        super(Limits.BODY_BYTES);
    }

    @Override
    protected void decode(ChannelHandlerContext context, HttpObject part, List<Object> out) throws Exception {
        if (part instanceof HttpRequest && !(part instanceof LastHttpContent)) {
            // A client that sends a byte a minute would hold a connection for ever.
            deadline = context.executor()
                    .schedule(() -> context.close(), Limits.REQUEST_TIME.toSeconds(), TimeUnit.SECONDS);
        }
        if (part instanceof LastHttpContent) {
            cancelDeadline();
        }
        super.decode(context, part, out);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        cancelDeadline();
        var refusal = Refusal.of(new Failure.Refused(
                ErrorCode.FILE_TOO_LARGE, "The request body is too large", Map.of("limit", Limits.BODY_BYTES)));
        // The rest of the body is on its way still; the connection is of no further use.
        context.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        super.handlerRemoved(context);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
