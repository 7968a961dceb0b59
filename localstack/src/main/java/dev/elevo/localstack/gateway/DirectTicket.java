package dev.elevo.localstack.gateway;

import dev.elevo.contract.RequestId;
import dev.elevo.contract.agent.AgentPaths;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/** A handshake that the agent answers by itself: it asks for a ticket. Only this one path of the agent's leads there. */
final class DirectTicket {
    private static final List<CharSequence> ASKED = List.of(
            RequestId.HEADER,
            HttpHeaderNames.HOST,
            HttpHeaderNames.CONNECTION,
            HttpHeaderNames.UPGRADE,
            HttpHeaderNames.ORIGIN,
            HttpHeaderNames.SEC_WEBSOCKET_KEY,
            HttpHeaderNames.SEC_WEBSOCKET_VERSION,
            HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);

    private DirectTicket() {}

    /** The same request for the agent, in our words: of the client's only those that a handshake consists of. */
    static HttpRequest toAgent(HttpRequest asked) {
        var head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, asked.uri());
        for (var name : ASKED) {
            head.headers().set(name, asked.headers().getAll(name));
        }
        return head;
    }

    static boolean isIn(HttpRequest request) {
        var question = request.uri().indexOf('?');
        var path = question < 0 ? request.uri() : request.uri().substring(0, question);
        return path.equals(AgentPaths.DIRECT)
                && request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }
}
