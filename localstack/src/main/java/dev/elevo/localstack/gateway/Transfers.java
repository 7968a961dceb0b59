package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.RequestId;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.files.SignedUrl;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;

/** What the way of a file past the functions consists of: which requests go it, and which words of the client's. */
final class Transfers {
    private static final Pattern PATH = Pattern.compile(Pattern.quote(SignedUrl.PREFIX) + "([A-Za-z0-9_.-]+)");
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT, HttpMethod.OPTIONS);
    private static final List<CharSequence> ASKED =
            List.of(HttpHeaderNames.RANGE, HttpHeaderNames.IF_RANGE, HttpHeaderNames.EXPECT, RequestId.HEADER);
    /** Whoever has the address has the right: pages of any origin, too. */
    private static final List<String> ANSWERED = List.of("Access-Control-Allow-Origin: *", "Cache-Control: no-store");

    private Transfers() {}

    static boolean knows(HttpMethod method) {
        return METHODS.contains(method);
    }

    static boolean takes(HttpRequest request) {
        return request.uri().startsWith(SignedUrl.PREFIX);
    }

    /** The same request for the agent, who knows the tickets; nothing of them is decided here. */
    static HttpRequest toAgent(HttpRequest request) {
        var path = PATH.matcher(request.uri());
        if (!path.matches()) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "No such path").asException();
        }
        var head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, request.method(), AgentPaths.TRANSFERS + "/" + path.group(1));
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE).set(AgentPaths.ANSWER_HEADER, ANSWERED);
        for (var name : ASKED) {
            var value = request.headers().get(name);
            if (value != null) {
                head.headers().set(name, value);
            }
        }
        // The body follows as the client sends it.
        if (HttpUtil.isTransferEncodingChunked(request)) {
            HttpUtil.setTransferEncodingChunked(head, true);
        } else if (HttpUtil.isContentLengthSet(request) || request.method().equals(HttpMethod.PUT)) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, HttpUtil.getContentLength(request, 0L));
        }
        return head;
    }

    /** Of an address that is no part of the API, and says so in the words of HTTP. */
    static FullHttpResponse otherMethod(HttpRequest request) {
        var failure = new Failure.Refused(
                ErrorCode.RESOURCE_NOT_FOUND,
                "A file is sent to this address with PUT, or fetched from it with GET; not with " + request.method());
        var answer = Refusal.of(failure, request.headers()).setStatus(HttpResponseStatus.METHOD_NOT_ALLOWED);
        answer.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, PUT");
        return answer;
    }

    /** What a browser asks before it sends a file from a page. */
    static FullHttpResponse preflight() {
        var head = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT);
        head.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Range, If-Range");
        return head;
    }
}
