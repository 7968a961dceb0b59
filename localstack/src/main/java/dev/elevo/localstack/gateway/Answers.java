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

/** Turns a function's answer back into HTTP. What the payload format does not know is dropped, as in the cloud. */
final class Answers {
    private Answers() {}

    static FullHttpResponse of(APIGatewayV2HTTPResponse answer) {
        var body = body(answer);
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.getStatusCode()), body);
        if (answer.getHeaders() != null) {
            answer.getHeaders().forEach((name, value) -> response.headers().set(name, value));
        }
        if (answer.getCookies() != null) {
            response.headers().add(HttpHeaderNames.SET_COOKIE, answer.getCookies());
        }
        if (answer.getStatusCode() != HttpResponseStatus.NO_CONTENT.code()) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        return response;
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
