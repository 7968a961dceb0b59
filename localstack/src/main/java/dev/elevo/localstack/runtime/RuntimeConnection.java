package dev.elevo.localstack.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The Runtime API's requests: four of every function, and two of one that begins with a snapshot. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class RuntimeConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String ROOT = "/2018-06-01/runtime/";
    private static final String INIT_ERROR = ROOT + "init/error";
    private static final String INVOCATION = ROOT + "invocation/";
    private static final String NEXT = INVOCATION + "next";
    private static final String RESTORE = ROOT + "restore/next";
    private static final String RESTORE_ERROR = ROOT + "restore/error";
    private static final String RESPONSE = "/response";
    private static final String ERROR = "/error";

    /** Lambda's own figure: 6 MB, and a little for what is around it. */
    private static final int ANSWER_BYTES = 6_291_556;

    private final Conversation conversation;
    private final String functionArn;
    private @Nullable CompletableFuture<Invocation> asking;

    RuntimeConnection(Conversation conversation, String functionArn) {
        this.conversation = conversation;
        this.functionArn = functionArn;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        var path = request.uri();
        var isPost = request.method().equals(HttpMethod.POST);
        if (request.method().equals(HttpMethod.GET) && path.equals(NEXT)) {
            next(context);
        } else if (request.method().equals(HttpMethod.GET) && path.equals(RESTORE)) {
            conversation.ready().complete(null);
            conversation.restored().thenRun(() -> context.writeAndFlush(json(HttpResponseStatus.OK, "{}")));
        } else if (isPost && path.equals(RESTORE_ERROR)) {
            conversation.end("the function does not come back from its snapshot: " + text(request));
            accept(context);
        } else if (isPost && path.equals(INIT_ERROR)) {
            conversation.end("the function does not start: " + text(request));
            accept(context);
        } else if (isPost && path.startsWith(INVOCATION) && path.endsWith(RESPONSE)) {
            answer(context, id(path, RESPONSE), request);
        } else if (isPost && path.startsWith(INVOCATION) && path.endsWith(ERROR)) {
            conversation
                    .finish(id(path, ERROR))
                    .ifPresentOrElse(
                            invocation -> {
                                invocation.fail("the function reported " + text(request));
                                accept(context);
                            },
                            () -> refuse(context, HttpResponseStatus.BAD_REQUEST, "InvalidRequestID"));
        } else {
            refuse(context, HttpResponseStatus.NOT_FOUND, "NotFound");
        }
    }

    private void next(ChannelHandlerContext context) {
        conversation
                .next()
                .ifPresentOrElse(
                        asked -> {
                            asking = asked;
                            asked.thenAccept(invocation -> context.writeAndFlush(event(invocation)));
                        },
                        () -> refuse(context, HttpResponseStatus.FORBIDDEN, "InvalidStateTransition"));
    }

    private void answer(ChannelHandlerContext context, String id, FullHttpRequest request) {
        var invocation = conversation.finish(id);
        if (invocation.isEmpty()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "InvalidRequestID");
        } else if (request.content().readableBytes() > ANSWER_BYTES) {
            invocation.get().fail("the function's answer is larger than " + ANSWER_BYTES + " bytes");
            refuse(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "Function.ResponseSizeTooLarge");
        } else {
            accept(context);
            invocation.get().result().complete(text(request));
        }
    }

    private FullHttpResponse event(Invocation invocation) {
        var response = json(HttpResponseStatus.OK, invocation.event());
        response.headers()
                .set("Lambda-Runtime-Aws-Request-Id", invocation.id())
                .set("Lambda-Runtime-Deadline-Ms", invocation.deadline().toEpochMilli())
                .set("Lambda-Runtime-Invoked-Function-Arn", functionArn);
        return response;
    }

    private static void accept(ChannelHandlerContext context) {
        context.writeAndFlush(json(HttpResponseStatus.ACCEPTED, "{\"status\":\"OK\"}"));
    }

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String type) {
        context.writeAndFlush(
                json(status, "{\"errorMessage\":\"" + status.reasonPhrase() + "\",\"errorType\":\"" + type + "\"}"));
    }

    private static FullHttpResponse json(HttpResponseStatus status, String text) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, UTF_8));
        response.headers()
                // Without a type the client's native code reads from address zero.
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }

    private static String id(String path, String ending) {
        return path.substring(INVOCATION.length(), Math.max(INVOCATION.length(), path.length() - ending.length()));
    }

    private static String text(FullHttpRequest request) {
        return request.content().toString(UTF_8);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (asking != null) {
            asking.cancel(false); // what comes up next must not be handed to nobody
        }
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a process that was killed; its end is noticed elsewhere
    }
}
