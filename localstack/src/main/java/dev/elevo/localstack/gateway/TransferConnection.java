package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

/** Takes a request for the content of a file out of a client's connection; it is the last there, and the agent answers it. */
final class TransferConnection extends ChannelInboundHandlerAdapter {
    private final AgentDoor door;
    private final Limits limits;
    private boolean taken;

    TransferConnection(AgentDoor door, Limits limits) {
        this.door = door;
        this.limits = limits;
    }

    @Override
    public void channelRead(ChannelHandlerContext client, Object message) {
        if (taken) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpRequest asked
                && asked.decoderResult().isSuccess()
                && Transfers.takes(asked)) {
            taken = true;
            client.channel().config().setAutoRead(false);
            begin(client, asked);
        } else {
            client.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext client, HttpRequest asked) {
        try {
            Head.check(asked, limits.headBytes());
            PreviewHeads.checkVersion(asked);
            if (!Transfers.knows(asked.method())) {
                part(client, Transfers.otherMethod(asked));
                return;
            }
            var head = Transfers.toAgent(asked);
            if (asked.method().equals(HttpMethod.OPTIONS)) {
                part(client, Transfers.preflight());
            } else {
                door.hand(client, head, AgentDoor.AtDrain.GOES_ON, failure -> refuse(client, asked, failure));
            }
        } catch (ApiException e) {
            refuse(client, asked, e.failure());
        }
    }

    private static void refuse(ChannelHandlerContext client, HttpRequest asked, Failure failure) {
        part(client, Refusal.of(failure, asked.headers()));
    }

    private static void part(ChannelHandlerContext client, FullHttpResponse last) {
        client.pipeline().get(RequestReader.class).dropRest();
        Parting.with(last, client.channel());
    }
}
