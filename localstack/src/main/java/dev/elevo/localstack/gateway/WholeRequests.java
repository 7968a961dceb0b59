package dev.elevo.localstack.gateway;

import dev.elevo.contract.Failure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Collects a request, of a bounded size and within a bounded time. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class WholeRequests extends HttpObjectAggregator {
    private static final long UNKNOWN = -1;

    private final Duration time;
    private final int eventBytes;
    private @Nullable Future<?> deadline;

    /** Told down the pipeline in place of a request whose body is larger than the limit. */
    record Oversized(HttpRequest head, Failure failure) {}

    WholeRequests(Limits limits) {
        super(limits.bodyBytes());
        this.time = limits.requestTime();
        this.eventBytes = limits.payloadBytes();
    }

    @Override
    protected void decode(ChannelHandlerContext context, HttpObject part, List<Object> out) throws Exception {
        if (part instanceof HttpRequest && !(part instanceof LastHttpContent)) {
            // A client that sends a byte a minute would hold a connection for ever.
            deadline = context.executor().schedule(() -> context.close(), time.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (part instanceof LastHttpContent) {
            cancelDeadline();
        }
        super.decode(context, part, out);
    }

    /** Nobody is asked to go on with a body that will be refused, and no expectation but this one is known here. */
    @Override
    protected @Nullable Object newContinueResponse(HttpMessage start, int limit, ChannelPipeline pipeline) {
        if (!HttpUtil.is100ContinueExpected(start) || isContentLengthInvalid(start, limit)) {
            start.headers().remove(HttpHeaderNames.EXPECT);
            return null;
        }
        return super.newContinueResponse(start, limit, pipeline);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        cancelDeadline();
        var head = (HttpRequest) oversized;
        var failure = Payload.tooLarge(
                head.uri(),
                HttpUtil.getContentLength(head, UNKNOWN),
                Payload.isText(head.headers().get(HttpHeaderNames.CONTENT_TYPE)),
                eventBytes);
        context.fireUserEventTriggered(new Oversized(head, failure));
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
