package dev.elevo.localstack.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/** Turns a function's answer back into HTTP. What the payload format does not know is dropped, as in the cloud. */
final class Answers {
    private static final int LOWEST_STATUS = 200;
    private static final int HIGHEST_STATUS = 599;

    /** The length that 304 may say is that of what the client has. */
    private static final Set<HttpResponseStatus> NO_BODY =
            Set.of(HttpResponseStatus.NO_CONTENT, HttpResponseStatus.NOT_MODIFIED);

    private Answers() {}

    /** @param isHeadOnly whether no body was asked for: its length is not known then */
    static FullHttpResponse of(APIGatewayV2HTTPResponse answer, boolean isHeadOnly) {
        var body = body(answer);
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(answer), body);
        if (answer.getHeaders() != null) {
            answer.getHeaders().forEach((name, value) -> response.headers().set(name, value));
        }
        if (answer.getCookies() != null) {
            response.headers().add(HttpHeaderNames.SET_COOKIE, answer.getCookies());
        }
        // How the answer travels is for the connection to say: a second opinion would break its framing.
        response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.CONNECTION);
        if (NO_BODY.contains(response.status()) || (isHeadOnly && !body.isReadable())) {
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        } else {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        return response;
    }

    /** An interim status would leave the client waiting for the answer proper, and 0 is what a forgotten one comes as. */
    private static HttpResponseStatus status(APIGatewayV2HTTPResponse answer) {
        var status = answer.getStatusCode();
        if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
            throw new IllegalArgumentException(status + " is no status of an answer");
        }
        return HttpResponseStatus.valueOf(status);
    }

    private static ByteBuf body(APIGatewayV2HTTPResponse answer) {
        var body = answer.getBody();
        if (body == null || body.isEmpty()) {
            return Unpooled.EMPTY_BUFFER;
        }
        return Unpooled.wrappedBuffer(
                answer.getIsBase64Encoded() ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8));
    }
}
