package dev.elevo.localstack.gateway;

import dev.elevo.contract.Failure;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands connections of clients over to the agent of this machine, where an answer is as long and takes as long as it likes: the
 * connection itself, not its bytes. After that nothing of it passes here; only its end is told, for whoever waits for all to end.
 *
 * @param address at which the agent takes connections
 * @param connections of the gateway
 */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
record AgentDoor(DomainSocketAddress address, ChannelGroup connections) {
    private static final Logger LOG = LoggerFactory.getLogger(AgentDoor.class);
    private static final Failure NO_AGENT =
            new Failure.Unavailable("The host of the sandbox does not answer", Duration.ofSeconds(1));

    /** What becomes of a connection that was handed over when the gateway closes. */
    enum AtDrain {
        /** It ends by itself, and that is waited for. */
        GOES_ON,
        ENDS
    }

    /**
     * Gives the connection away, to be called in its event loop. Nothing may be reading from it meanwhile.
     *
     * @param head of the request, in our words; what has come behind the client's own is passed on with it
     * @param refused told when the agent takes nothing: the connection is then as it was
     */
    void hand(ChannelHandlerContext context, HttpRequest head, AtDrain atDrain, Consumer<Failure> refused) {
        // Behind all that was said before: what is not sent yet would be lost with our side of the connection.
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
            if (flushed.isSuccess()) {
                connect(context.channel(), head, atDrain, refused);
            } else {
                context.close();
            }
        });
    }

    private void connect(Channel client, HttpRequest head, AtDrain atDrain, Consumer<Failure> refused) {
        new Bootstrap()
                .group(client.eventLoop())
                .channel(EpollDomainSocketChannel.class)
                .handler(new Given(atDrain))
                .connect(address)
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        LOG.warn("no connection to the agent", connected.cause());
                        refused.accept(NO_AGENT);
                    } else if (client.isActive()) {
                        connections.add(connected.channel());
                        give(client, head, connected.channel());
                    } else {
                        connected.channel().close();
                    }
                });
    }

    private static void give(Channel client, HttpRequest head, Channel agent) {
        var beginning = agent.alloc().buffer();
        beginning.writeInt(0);
        write(head, beginning);
        strip(client, beginning);
        beginning.setInt(0, beginning.readableBytes() - Integer.BYTES);
        // First: the kernel would go on telling us of a connection that is open elsewhere.
        client.deregister().addListener(left -> {
            if (!client.isOpen()) {
                beginning.release();
                agent.close();
                return;
            }
            agent.write(((UnixChannel) client).fd());
            agent.writeAndFlush(beginning).addListener(given -> {
                client.close();
                if (!given.isSuccess()) {
                    LOG.warn("a connection was not handed over", given.cause());
                    agent.close();
                }
            });
        });
    }

    private static void write(HttpRequest head, ByteBuf target) {
        var text = new StringBuilder()
                .append(head.method())
                .append(' ')
                .append(head.uri())
                .append(' ')
                .append(head.protocolVersion())
                .append("\r\n");
        head.headers()
                .forEach(header -> text.append(header.getKey())
                        .append(": ")
                        .append(header.getValue())
                        .append("\r\n"));
        target.writeCharSequence(text.append("\r\n"), StandardCharsets.ISO_8859_1);
    }

    /** Takes all of ours off the connection; what the reader has and nobody has understood is the agent's. */
    private static void strip(Channel client, ByteBuf beginning) {
        var pipeline = client.pipeline();
        var reader = pipeline.context(RequestReader.class).name();
        var rest = "rest";
        pipeline.addAfter(reader, rest, new Rest(beginning));
        for (var name : pipeline.names().reversed()) {
            if (pipeline.get(name) != null && !name.equals(reader) && !name.equals(rest)) {
                pipeline.remove(name);
            }
        }
        pipeline.remove(reader);
        pipeline.remove(rest);
    }

    private static final class Rest extends ChannelInboundHandlerAdapter {
        private final ByteBuf target;

        Rest(ByteBuf target) {
            this.target = target;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                target.writeBytes(bytes);
            }
            ReferenceCountUtil.release(message);
        }
    }

    /** A connection that was given away; the agent says nothing here, and closes when it is over. */
    private static final class Given extends ChannelInboundHandlerAdapter {
        private final AtDrain atDrain;

        Given(AtDrain atDrain) {
            this.atDrain = atDrain;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Connection.Drain && atDrain == AtDrain.ENDS) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                LOG.error("what was handed over broke", cause);
            }
            context.close();
        }
    }
}
