package dev.elevo.localstack.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests more strictly than its base: where one request ends must be as certain to us as to any proxy before us, and a
 * client that sends a byte of its headers a minute must not hold a connection for ever, since each of them ends the silence.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class RequestReader extends HttpRequestDecoder {
    /** Of a body that is passed on as it comes. */
    private static final int CHUNK_BYTES = 64 << 10;

    private final Duration headTime;
    private final Predicate<HttpRequest> isLast;
    private @Nullable Future<?> deadline;
    private boolean inBody;
    private Behind behind = Behind.READ;

    /** Of the requests that have no answer yet. */
    private final Queue<HttpMethod> unanswered = new ArrayDeque<>();

    /** What becomes of the bytes behind the head of a request. */
    private enum Behind {
        READ,
        KEPT,
        DROPPED
    }

    /** @param isLast of a request whose body is kept as it comes, and passed on when this reader is taken away */
    RequestReader(Limits limits, Predicate<HttpRequest> isLast) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.headBytes())
                .setMaxHeaderSize(limits.headBytes())
                .setMaxChunkSize(CHUNK_BYTES)
                .setHeadersFactory(OneLengthHeaders.FACTORY));
        headTime = limits.requestTime();
        this.isLast = isLast;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        beginHead(context);
        super.channelRead(context, bytes);
        if (actualReadableBytes() > 0 && !context.isRemoved()) {
            beginHead(context); // of the next request, behind one that came whole
        }
    }

    /** The method of the oldest request without an answer; null where what was read is none. */
    @Nullable
    HttpMethod takeAnswered() {
        return unanswered.poll();
    }

    private void beginHead(ChannelHandlerContext context) {
        if (!inBody && deadline == null) {
            deadline = context.executor().schedule(() -> context.close(), headTime.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Nobody wants what was kept, nor what still comes. */
    void dropRest() {
        behind = Behind.DROPPED;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (behind == Behind.DROPPED) {
            bytes.skipBytes(bytes.readableBytes());
        }
        if (behind != Behind.READ) {
            return;
        }
        var before = out.size();
        super.decode(context, bytes, out);
        for (var part : out.subList(before, out.size())) {
            if (part instanceof HttpRequest request) {
                cancelDeadline();
                inBody = true;
                unanswered.add(request.method());
                if (request.decoderResult().isSuccess() && !isLengthCertain(request)) {
                    request.setDecoderResult(
                            DecoderResult.failure(new IllegalArgumentException("an uncertain length")));
                }
                if (request.decoderResult().isSuccess() && isLast.test(request)) {
                    behind = Behind.KEPT;
                }
            }
            if (part instanceof LastHttpContent) {
                inBody = false;
            }
        }
    }

    /** Whoever does not know a coding, or looks for it elsewhere, would take the body for the next request. */
    private static boolean isLengthCertain(HttpRequest request) {
        var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        return codings.isEmpty()
                || (codings.size() == 1
                        && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst())
                        && request.protocolVersion().equals(HttpVersion.HTTP_1_1));
    }

    /** Of what has no readable first line nobody knows which path is meant; the base makes one up. */
    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "*", Unpooled.EMPTY_BUFFER);
    }

    /** The base believes the chunks, and takes the length away before anybody sees it. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both a length and chunks");
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        cancelDeadline();
        super.handlerRemoved0(context);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
