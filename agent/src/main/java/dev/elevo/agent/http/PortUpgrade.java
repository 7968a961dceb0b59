package dev.elevo.agent.http;

import dev.elevo.agent.port.PortRelay;
import dev.elevo.agent.port.PortRelays;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import io.micronaut.serde.ObjectMapper;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a request for a port a connection to it. It sits between the codec and the framework, which knows no upgrade but to
 * WebSocket: every other request it lets pass, and of one that becomes a connection the framework never hears.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class PortUpgrade extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(PortUpgrade.class);
    private static final Pattern PATH = Pattern.compile(AgentPaths.PORT
            .replace("{sandboxId}", "(?<sandbox>[a-z0-9-]{1,64})")
            .replace("{port}", "(?<port>[1-9][0-9]{0,4})"));
    private static final int LAST_PORT = 65_535;
    private static final long IDLE_MINUTES = 10;

    private final Gate gate;
    private final PortRelays relays;
    private final ObjectMapper json;
    /** From here on nothing on this connection is HTTP for anybody else. */
    private boolean taken;

    PortUpgrade(Gate gate, PortRelays relays, ObjectMapper json) {
        this.gate = gate;
        this.relays = relays;
        this.json = json;
    }

    private record Wanted(String sandboxId, int port, HttpHeaders asked) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (taken) {
            ReferenceCountUtil.release(message);
            return;
        }
        var wanted = message instanceof HttpRequest request ? wanted(request) : null;
        if (wanted == null) {
            super.channelRead(context, message);
            return;
        }
        taken = true;
        ReferenceCountUtil.release(message);
        Thread.ofVirtual().name("port-connect").start(() -> connect(context, wanted));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!taken) {
            super.channelReadComplete(context);
        }
    }

    private static @Nullable Wanted wanted(HttpRequest request) {
        if (!AgentPaths.PORT_PROTOCOL.equals(request.headers().get(HttpHeaderNames.UPGRADE))) {
            return null;
        }
        var path = PATH.matcher(request.uri());
        if (!path.matches() || Integer.parseInt(path.group("port")) > LAST_PORT) {
            return null;
        }
        return new Wanted(
                path.group("sandbox"),
                Integer.parseInt(path.group("port")),
                request.headers().copy());
    }

    private void connect(ChannelHandlerContext context, Wanted wanted) {
        try {
            gate.admit(wanted.asked().get(AgentPaths.CAPABILITY_HEADER), wanted.sandboxId(), Operation.PORT);
            var relay = relays.connect(wanted.sandboxId(), wanted.port());
            context.executor().execute(() -> become(context, relay));
        } catch (ApiException e) {
            context.executor().execute(() -> PlainResponses.refuse(context, e.failure(), wanted.asked(), json));
        } catch (RuntimeException e) {
            LOG.error("no connection to port {} of {}", wanted.port(), wanted.sandboxId(), e);
            var failure = new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error");
            context.executor().execute(() -> PlainResponses.refuse(context, failure, wanted.asked(), json));
        }
    }

    private static void become(ChannelHandlerContext context, PortRelay relay) {
        if (!context.channel().isActive()) {
            relay.close();
            return;
        }
        var switching = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        switching
                .headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, AgentPaths.PORT_PROTOCOL);
        context.writeAndFlush(switching);
        var pipeline = context.pipeline();
        for (var handler : pipeline.toMap().values()) {
            pipeline.remove(handler);
        }
        pipeline.addLast(new IdleStateHandler(0, 0, IDLE_MINUTES, TimeUnit.MINUTES));
        pipeline.addLast(relay);
        relay.start(pipeline.context(relay));
    }
}
