package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request for a preview and its answer, or the WebSocket they become. Everything happens in the event loop of the client's
 * connection. Each side is read when the other has taken what was read before, so neither body is ever here as a whole.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class PreviewExchange implements PortConnector.Outcome {
    private static final Logger LOG = LoggerFactory.getLogger(PreviewExchange.class);
    private static final int MOST_HEADER_BYTES = 64 << 10;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int BAD_GATEWAY = 502;

    private final PreviewConnection connection;
    private final ChannelHandlerContext client;
    private final Admissions admissions;
    private final HttpRequest request;
    private final PreviewAddress address;
    private @Nullable PreviewCredentials credentials;
    private PreviewAnswer.@Nullable Pass pass;
    private @Nullable Channel sandbox;
    private long askedNanos;

    private boolean requestIsWhole;
    private boolean isInterim;
    private boolean answerHasBegun;
    private boolean keepsAlive;
    private boolean isTunnel;
    private boolean isOver;

    PreviewExchange(
            PreviewConnection connection,
            ChannelHandlerContext client,
            Admissions admissions,
            HttpRequest request,
            PreviewAddress address) {
        this.connection = connection;
        this.client = client;
        this.admissions = admissions;
        this.request = request;
        this.address = address;
    }

    // ---- admission

    void begin() {
        PreviewHeads.checkVersion(request);
        if (address.path().isEmpty()) {
            end();
            connection.part(client, PreviewTurns.toSlash(address));
            return;
        }
        var presented = PreviewCredentials.of(request.headers(), address, clientAddress());
        credentials = presented;
        askedNanos = System.nanoTime();
        admissions
                .ask(presented.visit())
                .whenComplete((answer, failure) -> client.executor().execute(() -> answered(answer, failure)));
    }

    private void answered(@Nullable PreviewAnswer answer, @Nullable Throwable thrown) {
        if (isOver) {
            return;
        }
        if (answer == null) {
            refuse(failure(thrown));
            return;
        }
        var refusal = answer.refusal();
        if (refusal != null) {
            refuse(failure(refusal));
            return;
        }
        var admitted = answer.pass();
        if (admitted == null) {
            refuse(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"));
            return;
        }
        pass = admitted;
        if (!turnToCookie(admitted)) {
            PortConnector.connect(client.channel().eventLoop(), admitted.route(), this);
        }
    }

    /** A ticket in an address goes into a cookie, where a browser can follow; whoever sends data or streams keeps his address. */
    private boolean turnToCookie(PreviewAnswer.Pass admitted) {
        var presented = credentials;
        var expiresAt = admitted.ticketExpiresAt();
        if (presented == null || expiresAt == null) {
            return false;
        }
        var ticket = presented.visit().ticket();
        var method = request.method();
        if (ticket == null
                || !(method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                || PreviewHeads.asksForWebSocket(request)) {
            return false;
        }
        try {
            var query = presented.queryWithout(admitted.apiKeyQueryIsOurs());
            var isSecure = PreviewHeads.isSecure(request.headers());
            var turn = PreviewTurns.toCookie(address, ticket, expiresAt, query, isSecure);
            end();
            connection.part(client, turn);
        } catch (ApiException e) {
            refuse(e.failure());
        }
        return true;
    }

    private static Failure failure(@Nullable Throwable thrown) {
        var cause = thrown == null || thrown.getCause() == null ? thrown : thrown.getCause();
        if (cause instanceof ApiException known) {
            return known.failure();
        }
        LOG.error("no decision about a preview", cause);
        return new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
    }

    private static Failure failure(PreviewAnswer.Refusal refusal) {
        var code = ErrorCode.ofNumber(refusal.code());
        var seconds = refusal.retryAfterSeconds();
        if (code == null) {
            return new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
        }
        if (code == ErrorCode.SERVICE_UNAVAILABLE) {
            return new Failure.Unavailable(refusal.message(), Duration.ofSeconds(seconds == null ? 1 : seconds));
        }
        var details = refusal.details();
        return new Failure.Refused(code, refusal.message(), details == null ? Map.of() : details);
    }

    // ---- the way in

    @Override
    public void connected(Channel channel) {
        var admitted = pass;
        var presented = credentials;
        if (isOver || admitted == null || presented == null) {
            channel.close();
            return;
        }
        sandbox = channel;
        var config = new HttpDecoderConfig().setMaxHeaderSize(MOST_HEADER_BYTES).setMaxChunkSize(CHUNK_BYTES);
        channel.pipeline().addLast(new HttpClientCodec(config, false, false), new Answer());
        var query = presented.queryWithout(admitted.apiKeyQueryIsOurs());
        channel.writeAndFlush(PreviewHeads.toSandbox(request, address, query, admitted, clientAddress()));
        channel.read();
        client.read();
    }

    @Override
    public void refused(Failure failure) {
        if (!isOver) {
            refuse(failure);
        }
    }

    /** Whether what the client sends now belongs to this request. */
    boolean takesMore() {
        return isTunnel || !requestIsWhole;
    }

    boolean isTunnel() {
        return isTunnel;
    }

    boolean waitsForClient() {
        return sandbox != null && !requestIsWhole && sandbox.isWritable();
    }

    void take(Object message) {
        var inside = sandbox;
        if (inside == null || isOver || !isPart(message)) {
            ReferenceCountUtil.release(message);
            client.close();
            return;
        }
        askAgain();
        if (message instanceof LastHttpContent last) {
            // Without trailers: they would be headers of the client's that nobody has looked through.
            inside.writeAndFlush(new DefaultLastHttpContent(last.content()));
            requestIsWhole = true;
            client.read(); // finds out that the client goes away
            return;
        }
        inside.writeAndFlush(message);
        if (inside.isWritable()) {
            client.read();
        }
    }

    private boolean isPart(Object message) {
        return isTunnel
                ? message instanceof ByteBuf
                : message instanceof HttpContent part
                        && !(message instanceof HttpRequest)
                        && part.decoderResult().isSuccess();
    }

    /** Whichever side sends: a credential that was good at the beginning of a long exchange need not be good for ever. */
    private void askAgain() {
        var presented = credentials;
        var now = System.nanoTime();
        if (presented == null || now - askedNanos < admissions.askAgain().toNanos()) {
            return;
        }
        askedNanos = now;
        admissions.ask(presented.visit()).thenAccept(answer -> {
            var refusal = answer.refusal();
            if (refusal != null && !isPassing(refusal)) {
                client.executor().execute(this::refuseFromNowOn);
            }
        });
    }

    /** The connection may carry the next request by then. */
    private void refuseFromNowOn() {
        if (!isOver) {
            client.close();
        }
    }

    /** That a store is down says nothing about who may. */
    private static boolean isPassing(PreviewAnswer.Refusal refusal) {
        var code = ErrorCode.ofNumber(refusal.code());
        return code == null || code.retryable() || code == ErrorCode.INTERNAL_ERROR;
    }

    void clientTakesMore() {
        if (sandbox != null && client.channel().isWritable()) {
            sandbox.read();
        }
    }

    void clientIsGone() {
        end();
    }

    // ---- the way out

    private final class Answer extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (isOver) {
                ReferenceCountUtil.release(message);
                return;
            }
            askAgain();
            if (isTunnel) {
                forwardInTunnel(message);
            } else if (message instanceof HttpResponse head) {
                forwardHead(head);
            } else if (message instanceof HttpContent part) {
                forwardPart(part);
            } else {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.flush();
            if (!isOver && client.channel().isWritable()) {
                context.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable() && takesMore()) {
                client.read();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            sandboxIsGone();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException) && !(cause instanceof PrematureChannelClosureException)) {
                LOG.warn("the answer of {} broke", address.sandboxId(), cause);
            }
            context.close();
        }
    }

    private void forwardInTunnel(Object message) {
        if (message instanceof ByteBuf) {
            client.write(message);
        } else {
            ReferenceCountUtil.release(message); // the end of the head
        }
    }

    private void forwardHead(HttpResponse head) {
        if (!head.decoderResult().isSuccess()) {
            refuse(unreachable("What answers on port " + address.port() + " does not speak HTTP"));
        } else if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            becomeTunnel(head);
        } else if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            isInterim = true;
            forwardInterim(head);
        } else {
            isInterim = false;
            forwardFinal(head);
        }
    }

    /** Only what clients wait for. The codec would take it for the answer to a HEAD. */
    private void forwardInterim(HttpResponse head) {
        if (head.status().equals(HttpResponseStatus.CONTINUE)
                && clientKnowsChunks()
                && !request.method().equals(HttpMethod.HEAD)
                && !requestIsWhole) {
            client.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void forwardFinal(HttpResponse given) {
        var head = PreviewHeads.toClient(given, address);
        var headers = head.headers();
        keepsAlive = HttpUtil.isKeepAlive(request) && !connection.isDraining();
        if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH) && mayHaveBody(head)) {
            if (clientKnowsChunks()) {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else {
                keepsAlive = false;
            }
        }
        headers.set(HttpHeaderNames.CONNECTION, keepsAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        answerHasBegun = true;
        client.write(head);
    }

    private static boolean mayHaveBody(HttpResponse head) {
        var status = head.status();
        return !status.equals(HttpResponseStatus.NO_CONTENT) && !status.equals(HttpResponseStatus.NOT_MODIFIED);
    }

    private boolean clientKnowsChunks() {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    }

    private void forwardPart(HttpContent part) {
        if (isInterim || !answerHasBegun) {
            part.release();
        } else if (!part.decoderResult().isSuccess()) {
            part.release();
            client.close();
        } else if (part instanceof LastHttpContent last) {
            finish(last);
        } else {
            client.write(part);
        }
    }

    private void finish(LastHttpContent last) {
        end();
        var written = client.writeAndFlush(address.isByPath() ? new DefaultLastHttpContent(last.content()) : last);
        if (keepsAlive && requestIsWhole) {
            connection.finished(client);
        } else {
            connection.partAfter(client, written);
        }
    }

    private void becomeTunnel(HttpResponse given) {
        if (!PreviewHeads.asksForWebSocket(request) || !PreviewHeads.becomesWebSocket(given) || !requestIsWhole) {
            refuse(unreachable("What answers on port " + address.port() + " changes the protocol unasked"));
            return;
        }
        var head = PreviewHeads.toClient(given, address);
        var switching = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, given.status());
        switching.headers().set(head.headers());
        switching
                .headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .remove(HttpHeaderNames.CONTENT_LENGTH);
        client.writeAndFlush(switching);
        isTunnel = true;
        PreviewConnection.strip(client.pipeline());
        var inside = sandbox;
        if (inside != null) {
            inside.pipeline().remove(HttpClientCodec.class);
        }
        client.read();
    }

    private void sandboxIsGone() {
        if (isOver) {
            return;
        }
        if (isTunnel) {
            end();
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else if (answerHasBegun) {
            // Cut short, and the client must see that it is.
            end();
            client.close();
        } else {
            refuse(unreachable("The service on port " + address.port() + " ended the connection without an answer"));
        }
    }

    private Failure unreachable(String message) {
        return new Failure.Refused(ErrorCode.PORT_UNREACHABLE, message, Map.of("port", address.port()));
    }

    private void refuse(Failure failure) {
        end();
        if (failure.status() == BAD_GATEWAY) {
            LOG.debug("{} {}", address.sandboxId(), failure.message());
        }
        connection.refuse(client, failure, request.headers());
    }

    private void end() {
        isOver = true;
        if (sandbox == null || !sandbox.isOpen()) {
            return;
        }
        if (!isTunnel) {
            // A reset: the end of our words alone would leave the service talking to nobody.
            sandbox.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        sandbox.close();
    }

    private InetSocketAddress clientAddress() {
        return (InetSocketAddress) client.channel().remoteAddress();
    }
}
