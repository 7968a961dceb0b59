package dev.elevo.localstack.gateway;

import dev.elevo.platform.streams.SocketEvent;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.InetSocketAddress;
import java.util.ArrayList;

/** Writes the events an API for WebSockets makes of a connection. */
final class SocketEvents {
    private SocketEvents() {}

    static SocketEvent connect(Upgrade upgrade, FullHttpRequest request, InetSocketAddress client) {
        var headers = Events.headers(request, new ArrayList<>());
        headers.remove("content-length"); // of a handshake there is none
        return new SocketEvent.Connect(
                upgrade.connectionId(), client.getAddress().getHostAddress(), headers, upgrade.query());
    }

    static SocketEvent message(String connectionId, String text) {
        return new SocketEvent.Message(connectionId, text, false);
    }

    static SocketEvent disconnect(String connectionId, int code, String reason) {
        return new SocketEvent.Disconnect(connectionId, code, reason);
    }
}
