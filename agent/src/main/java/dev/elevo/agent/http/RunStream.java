package dev.elevo.agent.http;

import dev.elevo.agent.process.OutputPart;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.process.StreamedRun;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the POST of a ticket with what its command writes, as server-sent events. It sits between the codec and the framework,
 * and of what it takes the framework never hears: here the command waits when its reader is slow, and ends when its reader goes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class RunStream extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(RunStream.class);
    private static final long SILENCE_MILLIS = 15_000;
    /** One write at a time: what comes meanwhile goes with the next, and threads wake each other the less the more there is. */
    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(1, 1);
    /** Around the data of an event, and more. */
    private static final int FRAME_BYTES = 64;

    private static final byte[] DATA_END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Processes processes;
    private final FastBase64 base64;
    private final ObjectMapper json;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    /** From here on nothing on this connection is for anybody else. */
    private boolean taken;

    private boolean gone;
    private @Nullable StreamedRun run;

    RunStream(Processes processes, FastBase64 base64, ObjectMapper json) {
        this.processes = processes;
        this.base64 = base64;
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (taken) {
            ReferenceCountUtil.release(message);
            return;
        }
        var ticket = message instanceof HttpRequest request ? ticket(request) : null;
        if (ticket == null) {
            super.channelRead(context, message);
            return;
        }
        taken = true;
        ReferenceCountUtil.release(message);
        // What comes is dropped, and its end must be seen.
        context.channel().config().setAutoRead(true).setWriteBufferWaterMark(AHEAD);
        Thread.ofVirtual().name("run-stream").start(() -> run(context, ticket));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!taken) {
            super.channelReadComplete(context);
        }
    }

    private static @Nullable String ticket(HttpRequest request) {
        return request.method().equals(HttpMethod.POST) && request.uri().startsWith(AgentPaths.RUN_STREAM)
                ? request.uri().substring(AgentPaths.RUN_STREAM.length())
                : null;
    }

    private void run(ChannelHandlerContext context, String ticket) {
        StreamedRun started;
        try {
            started = processes.redeem(ticket);
        } catch (ApiException e) {
            refuse(context, e.failure());
            return;
        } catch (RuntimeException e) {
            LOG.error("a stream was not begun", e);
            refuse(context, new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"));
            return;
        }
        try (started) {
            if (!isHere(started)) {
                return;
            }
            context.write(head());
            var start = event("start", json.writeValueAsBytes(Map.of("pid", started.pid())));
            context.writeAndFlush(new DefaultHttpContent(start));
            while (tell(context, started)) {
                // until all is said
            }
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        } catch (ClientGone e) {
            LOG.debug("the reader of process {} went away", started.pid());
        } catch (IOException | RuntimeException e) {
            LOG.error("the stream of process {} broke", started.pid(), e);
            context.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            context.close();
        }
    }

    /** From here on whoever finds out that the reader is gone ends the command, also while it is silent. */
    private boolean isHere(StreamedRun started) {
        lock.lock();
        try {
            run = started;
            return !gone;
        } finally {
            lock.unlock();
        }
    }

    /** One item; false behind the last. */
    private boolean tell(ChannelHandlerContext context, StreamedRun run) throws IOException, InterruptedException {
        try {
            switch (run.next(SILENCE_MILLIS)) {
                case StreamedRun.Output(var parts) -> send(context, events(context, parts));
                case StreamedRun.Silence silence ->
                    send(context, Unpooled.copiedBuffer(": still running\n\n", StandardCharsets.US_ASCII));
                case StreamedRun.End(var end) -> {
                    send(context, event("exit", json.writeValueAsBytes(end)));
                    return false;
                }
            }
            return true;
        } catch (ApiException e) {
            var error = ErrorBody.of(e.failure(), Ids.REQUEST.random(), null).error();
            send(context, event("error", json.writeValueAsBytes(error)));
            return false;
        }
    }

    private static DefaultHttpResponse head() {
        var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return head;
    }

    private ByteBuf events(ChannelHandlerContext context, List<OutputPart> parts) {
        var room = parts.stream()
                .mapToInt(part -> FRAME_BYTES + FastBase64.letters(part.bytes().length))
                .sum();
        var events = context.alloc().directBuffer(room);
        for (var part : parts) {
            ByteBufUtil.writeAscii(events, "event: " + part.stream().wireName() + "\ndata: {\"data\":\"");
            base64.encode(part.bytes(), events);
            events.writeBytes(DATA_END);
        }
        return events;
    }

    private static ByteBuf event(String name, byte[] data) {
        var event = Unpooled.buffer(data.length + 32);
        ByteBufUtil.writeAscii(event, "event: " + name + "\ndata: ");
        return event.writeBytes(data).writeByte('\n').writeByte('\n');
    }

    /** Waits until the connection takes more, so that no more than its own buffer is ever on the way. */
    private void send(ChannelHandlerContext context, ByteBuf event) throws ClientGone, InterruptedException {
        try {
            awaitRoom(context);
        } catch (ClientGone | InterruptedException e) {
            event.release();
            throw e;
        }
        context.writeAndFlush(new DefaultHttpContent(event));
    }

    private void awaitRoom(ChannelHandlerContext context) throws ClientGone, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!gone && !context.channel().isWritable()) {
                // Seldom longer: whoever makes it writable says so.
                moved.await(1, TimeUnit.SECONDS);
            }
            if (gone || !context.channel().isActive()) {
                throw new ClientGone();
            }
        } finally {
            lock.unlock();
        }
    }

    private void refuse(ChannelHandlerContext context, Failure failure) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(failure.status()),
                Unpooled.wrappedBuffer(body(failure)));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private byte[] body(Failure failure) {
        try {
            return json.writeValueAsBytes(ErrorBody.of(failure, Ids.REQUEST.random(), null));
        } catch (IOException e) {
            throw new UncheckedIOException("an error body is always writable", e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        signal();
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        lock.lock();
        try {
            gone = true;
            moved.signalAll();
            var current = run;
            if (current != null) {
                Thread.ofVirtual().start(current::close);
            }
        } finally {
            lock.unlock();
        }
        super.channelInactive(context);
    }

    private void signal() {
        lock.lock();
        try {
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There is nobody to tell. */
    private static final class ClientGone extends IOException {
        ClientGone() {
            super("the client went away");
        }
    }
}
