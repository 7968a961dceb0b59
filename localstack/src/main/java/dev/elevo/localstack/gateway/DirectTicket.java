package dev.elevo.localstack.gateway;

import dev.elevo.contract.agent.AgentPaths;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;

/** A handshake that the agent answers by itself: it asks for a ticket. Only this one path of the agent's leads there. */
final class DirectTicket {
    private DirectTicket() {}

    static boolean isIn(HttpRequest request) {
        var question = request.uri().indexOf('?');
        var path = question < 0 ? request.uri() : request.uri().substring(0, question);
        return path.equals(AgentPaths.DIRECT)
                && request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }
}
