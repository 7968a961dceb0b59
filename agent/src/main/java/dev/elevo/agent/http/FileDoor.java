package dev.elevo.agent.http;

import dev.elevo.agent.files.Files;
import dev.elevo.agent.http.FileTransfer.UnsatisfiableRangeException;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.TransferTicket.Direction;
import dev.elevo.contract.trace.TraceContext;
import io.micronaut.serde.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes the requests for the bytes of files out of a connection before the framework sees them: content of any size passes here in
 * small pieces, and either side is read when the other has taken what was read before.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class FileDoor extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FileDoor.class);
    /** The pieces that are written ahead of a client who reads. */
    private static final WriteBufferWaterMark AHEAD = new WriteBufferWaterMark(256 << 10, 1 << 20);
    /** In which a file comes. */
    private static final RecvByteBufAllocator PIECES = new AdaptiveRecvByteBufAllocator(4 << 10, 64 << 10, 256 << 10);

    /** Of a body that nobody wants any more and that is waited for all the same, since the answer would be lost on the way. */
    private static final long MOST_DROPPED = 8 << 20;

    private final Gate gate;
    private final Files files;
    private final ObjectMapper json;

    /** The request under way; only ever touched in the event loop, as is all that follows. */
    private @Nullable FileRequest current;

    private @Nullable FileArrival arrival;
    private @Nullable FullHttpResponse held;
    private boolean bodyIsWhole;
    private boolean parting;

    FileDoor(Gate gate, Files files, ObjectMapper json) {
        this.gate = gate;
        this.files = files;
        this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (parting) {
            ReferenceCountUtil.release(message);
        } else if (current != null) {
            takeBody(context, message);
        } else if (message instanceof HttpRequest request
                && request.decoderResult().isSuccess()) {
            var wanted = FileRequest.of(request);
            if (wanted.isPresent()) {
                begin(context, wanted.get());
            } else {
                super.channelRead(context, message);
            }
        } else {
            super.channelRead(context, message);
        }
    }

    private void begin(ChannelHandlerContext context, FileRequest wanted) {
        current = wanted;
        bodyIsWhole = false;
        var request = wanted.request();
        var coming = wanted.isUpload() ? new FileArrival(context, HttpUtil.is100ContinueExpected(request)) : null;
        arrival = coming;
        Thread.ofVirtual().name("file").start(() -> serve(context, wanted, coming));
    }

    private void takeBody(ChannelHandlerContext context, Object message) {
        var coming = arrival;
        if (!(message instanceof HttpContent part) || !part.decoderResult().isSuccess()) {
            ReferenceCountUtil.release(message);
            context.close();
            return;
        }
        if (coming == null) {
            part.release();
        } else {
            coming.add(part.content());
        }
        if (part instanceof LastHttpContent) {
            bodyIsWhole = true;
            if (coming != null) {
                coming.complete();
            }
            var answer = held;
            if (answer != null) {
                held = null;
                write(context, answer);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (current == null && !parting) {
            super.channelReadComplete(context);
        } else if (!bodyIsWhole && (arrival == null || arrival.takesMore())) {
            context.read();
        }
    }

    /** Neither side has moved a byte for long. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent && current != null) {
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (arrival != null) {
            arrival.breakOff();
        }
        if (held != null) {
            held.release();
            held = null;
        }
        super.channelInactive(context);
    }

    // ---- on a thread of its own

    private void serve(ChannelHandlerContext context, FileRequest wanted, @Nullable FileArrival coming) {
        TraceContext.parse(wanted.request().headers().get(TraceContext.TRACE_PARENT))
                .ifPresent(trace -> {
                    MDC.put(TraceContext.TRACE_ID, trace.traceId());
                    MDC.put(TraceContext.SPAN_ID, trace.spanId());
                });
        try {
            switch (wanted) {
                case FileRequest.ByCapability request -> answer(context, serve(request, coming));
                case FileRequest.ByTicket request -> serve(context, request, coming);
            }
        } catch (ApiException e) {
            log(wanted, e);
            answer(context, refusal(wanted, e.failure()));
        } catch (IllegalArgumentException e) {
            answer(context, refusal(wanted, ErrorCode.INVALID_REQUEST, "The request is not readable"));
        } catch (RuntimeException e) {
            LOG.error("the content of a file failed", e);
            answer(context, refusal(wanted, ErrorCode.INTERNAL_ERROR, "Internal error"));
        }
    }

    private static void log(FileRequest wanted, ApiException e) {
        var code = e.failure().code();
        if (code == ErrorCode.INTERNAL_ERROR || code == ErrorCode.SERVICE_UNAVAILABLE) {
            LOG.warn(
                    "{} of a file's content: {}",
                    wanted.request().method(),
                    e.failure().message(),
                    e);
        }
    }

    private FullHttpResponse refusal(FileRequest wanted, ErrorCode code, String message) {
        return refusal(wanted, new Failure.Refused(code, message));
    }

    private FullHttpResponse refusal(FileRequest wanted, Failure failure) {
        return PlainResponses.refusal(failure, wanted.request().headers(), json);
    }

    private FullHttpResponse serve(FileRequest.ByCapability wanted, @Nullable FileArrival coming) {
        var headers = wanted.request().headers();
        var operation = coming == null ? Operation.FILES_READ : Operation.FILES_WRITE;
        gate.admit(headers.get(AgentPaths.CAPABILITY_HEADER), wanted.sandboxId(), operation);
        var query = wanted.query();
        if (coming != null) {
            checkLength(wanted.request());
            var result = files.receive(wanted.sandboxId(), query.target(), coming, headers.get(AgentPaths.ONCE_HEADER));
            return PlainResponses.json(HttpResponseStatus.OK, result, json);
        }
        var length = query.text("length");
        var content = files.read(
                wanted.sandboxId(),
                new ReadFile(
                        query.path(),
                        query.number("offset", 0),
                        length == null ? null : Long.valueOf(length),
                        query.number("most", 0),
                        query.text("user")));
        var response = PlainResponses.of(HttpResponseStatus.OK, Unpooled.wrappedBuffer(content.bytes()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_OCTET_STREAM)
                .set(AgentPaths.FILE_SIZE_HEADER, content.size());
        return response;
    }

    private static void checkLength(HttpRequest request) {
        var length = HttpUtil.getContentLength(request, 0L);
        if (length > Files.MOST_BYTES) {
            throw Files.tooLarge(length).asException();
        }
    }

    private void serve(ChannelHandlerContext context, FileRequest.ByTicket wanted, @Nullable FileArrival coming) {
        var ticket = gate.ticket(wanted.token());
        if (ticket.direction() == Direction.UPLOAD != (coming != null)) {
            throw new Failure.Refused(
                            ErrorCode.INVALID_TOKEN,
                            "This address is for "
                                    + (coming == null ? "an upload: PUT the content to it" : "a download: GET it"))
                    .asException();
        }
        if (coming != null) {
            checkLength(wanted.request());
            context.channel().config().setRecvByteBufAllocator(PIECES);
            answer(context, PlainResponses.json(HttpResponseStatus.OK, files.receive(ticket, coming), json));
            return;
        }
        context.channel().config().setWriteBufferWaterMark(AHEAD);
        var length = ticket.length();
        var transfer = new FileTransfer(
                context,
                wanted.request().headers(),
                wanted.isHead(),
                ticket.offset(),
                length == null ? Long.MAX_VALUE : length,
                ticket.direction() == Direction.DOWNLOAD);
        try {
            files.send(ticket.sandboxId(), ticket.user(), ticket.path(), transfer);
            context.executor().execute(() -> written(context));
        } catch (UnsatisfiableRangeException e) {
            var response = PlainResponses.of(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE, Unpooled.EMPTY_BUFFER);
            response.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + e.size());
            answer(context, response);
        } catch (RuntimeException e) {
            if (!transfer.hasBegun()) {
                throw e;
            }
            // Cut short, and the client must see that it is.
            LOG.debug("a download broke", e);
            context.close();
        } finally {
            transfer.release();
        }
    }

    private void answer(ChannelHandlerContext context, FullHttpResponse response) {
        context.executor().execute(() -> finish(context, response));
    }

    // ---- in the event loop

    private void finish(ChannelHandlerContext context, FullHttpResponse response) {
        var coming = arrival;
        if (coming != null) {
            coming.refuse(); // also of a client that has gone: what came of him is in the memory
        }
        var wanted = current;
        if (wanted == null || !context.channel().isActive()) {
            response.release();
            return;
        }
        if (bodyIsWhole) {
            write(context, response);
        } else if (isWorthWaiting(wanted.request())) {
            held = response;
            context.read();
        } else {
            part(context, response);
        }
    }

    /** A client that has not been asked to go on sends nothing. */
    private static boolean isWorthWaiting(HttpRequest request) {
        return !HttpUtil.is100ContinueExpected(request)
                && HttpUtil.getContentLength(request, Long.MAX_VALUE) <= MOST_DROPPED;
    }

    private void write(ChannelHandlerContext context, FullHttpResponse response) {
        var wanted = current;
        var keepsAlive = wanted != null && HttpUtil.isKeepAlive(wanted.request());
        HttpUtil.setKeepAlive(response, keepsAlive);
        context.writeAndFlush(response);
        written(context);
    }

    /** What comes next on this connection is a new request. */
    private void written(ChannelHandlerContext context) {
        var wanted = current;
        current = null;
        arrival = null;
        if (wanted != null && HttpUtil.isKeepAlive(wanted.request())) {
            context.read();
        } else {
            parting = true;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** With the last answer on this connection: what the client is still sending is dropped for a while, or it would not hear us. */
    private void part(ChannelHandlerContext context, FullHttpResponse response) {
        parting = true;
        HttpUtil.setKeepAlive(response, false);
        if (context.pipeline().get(Parting.class) == null) {
            context.pipeline().addBefore(context.name(), "parting", new Parting());
        }
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (current == null) {
            super.exceptionCaught(context, cause);
        } else {
            LOG.debug("the connection of a transfer broke", cause);
            context.close();
        }
    }
}
