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
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final long SILENCE_SECONDS = 15;
    /** One write at a time: what comes meanwhile goes with the next, and threads wake each other the less the more there is. */
    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(1, 1);
    /** Around the data of an event, and more. */
    private static final int FRAME_BYTES = 64;

    private static final byte[] DATA_END = "\"}\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Processes processes;
    private final FastBase64 base64;
    private final ObjectMapper json;
    /** From here on nothing on this connection is for anybody else. */
    private boolean taken;

    private @Nullable StreamedRun run;
    private @Nullable Future<?> heartbeat;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    /** Whether who brings more shall wake the event loop: not while that writes. */
    private final AtomicBoolean waits = new AtomicBoolean();

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
        var asked = ((HttpRequest) message).headers().copy();
        ReferenceCountUtil.release(message);
        // What comes is dropped, and its end must be seen.
        context.channel().config().setAutoRead(true).setWriteBufferWaterMark(AHEAD);
        Thread.ofVirtual().name("run-stream").start(() -> start(context, ticket, asked));
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

    // ---- on a thread of its own

    private void start(ChannelHandlerContext context, String ticket, HttpHeaders asked) {
        try {
            var started = processes.redeem(ticket);
            context.executor().execute(() -> begin(context, started));
        } catch (ApiException e) {
            PlainResponses.refuse(context, e.failure(), asked, json);
        } catch (RuntimeException e) {
            LOG.error("a stream was not begun", e);
            var failure = new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
            PlainResponses.refuse(context, failure, asked, json);
        }
    }

    // ---- in the event loop

    private void begin(ChannelHandlerContext context, StreamedRun started) {
        if (!context.channel().isActive()) {
            close(started);
            return;
        }
        run = started;
        context.write(head());
        send(context, event("start", json(Map.of("pid", started.pid()))));
        heartbeat = context.executor()
                .scheduleAtFixedRate(() -> beat(context), SILENCE_SECONDS, SILENCE_SECONDS, TimeUnit.SECONDS);
        started.whenMore(() -> {
            if (waits.getAndSet(false)) {
                context.executor().execute(() -> tell(context));
            }
        });
        tell(context);
    }

    /** All there is, unless the client is behind: then when he has taken what was written before, and the command waits meanwhile. */
    private void tell(ChannelHandlerContext context) {
        try {
            while (run != null && context.channel().isWritable()) {
                switch (run.next()) {
                    case StreamedRun.Output(var parts) -> {
                        waits.set(false);
                        send(context, events(context, parts));
                    }
                    case StreamedRun.Nothing nothing -> {
                        // And one look more: it may have come before anybody knew that we wait.
                        if (waits.getAndSet(true)) {
                            return;
                        }
                    }
                    case StreamedRun.End(var end) -> end(context, event("exit", json(end)));
                }
            }
        } catch (ApiException e) {
            end(
                    context,
                    event(
                            "error",
                            json(ErrorBody.of(e.failure(), Ids.REQUEST.random(), null)
                                    .error())));
        } catch (IOException | RuntimeException e) {
            LOG.error("a stream broke", e);
            context.close();
        }
    }

    private void send(ChannelHandlerContext context, ByteBuf events) {
        context.writeAndFlush(new DefaultHttpContent(events));
    }

    private void beat(ChannelHandlerContext context) {
        // A client that is behind has enough to read.
        if (context.channel().isWritable()) {
            send(context, Unpooled.copiedBuffer(": still running\n\n", StandardCharsets.US_ASCII));
        }
    }

    private void end(ChannelHandlerContext context, ByteBuf last) {
        leave();
        context.write(new DefaultHttpContent(last));
        context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    private void leave() {
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        if (run != null) {
            close(run);
            run = null;
        }
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
    }

    /** What runs still is killed, which takes a while. */
    private static void close(StreamedRun ended) {
        Thread.ofVirtual().name("run-stream-end").start(ended::close);
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
        var events = emptied(context, room);
        for (var part : parts) {
            ByteBufUtil.writeAscii(events, "event: " + part.stream().wireName() + "\ndata: {\"data\":\"");
            base64.encode(part.bytes(), events);
            events.writeBytes(DATA_END);
        }
        return events.retainedDuplicate();
    }

    /** The same each time, since it was written when there is something to write again: a new one would first be filled with zeros. */
    private ByteBuf emptied(ChannelHandlerContext context, int room) {
        if (buffer.capacity() < room) {
            buffer.release();
            buffer = context.alloc().directBuffer(Math.max(room, 2 * buffer.capacity()));
        }
        return buffer.clear();
    }

    private static ByteBuf event(String name, byte[] data) {
        var event = Unpooled.buffer(data.length + 32);
        ByteBufUtil.writeAscii(event, "event: " + name + "\ndata: ");
        return event.writeBytes(data).writeByte('\n').writeByte('\n');
    }

    private byte[] json(Object value) {
        try {
            return json.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException("words of ours are always writable", e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        if (taken) {
            tell(context);
        }
        super.channelWritabilityChanged(context);
    }

    /** The client takes nothing any more, though there is something to take. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (taken && event instanceof IdleStateEvent) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        leave();
        super.channelInactive(context);
    }
}
