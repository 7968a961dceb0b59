package dev.elevo.agent.http;

import dev.elevo.agent.stream.Link;
import dev.elevo.agent.stream.Streams;
import dev.elevo.agent.stream.Wire;
import dev.elevo.contract.stream.CloseCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client that came straight to us: the last handler of its channel. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong with a channel comes back through its pipeline
final class DirectSocket extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(DirectSocket.class);

    /** For a client to answer a close; one that does not read would keep the connection for ever. */
    private static final long PARTING_SECONDS = 2;

    /** The same for one that was slow anyway: what it is told lies behind what it has not read yet. */
    private static final long SLOW_PARTING_SECONDS = 10;

    private static final WriteBufferWaterMark UNSENT = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    /** In the place of a message: nothing comes any more. */
    private static final String END = "";

    private final Channel channel;
    private final CountDownLatch opened = new CountDownLatch(1);

    /** What has to wait, since the next is read when this was heard; and the end. */
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    /** How much of it was not passed on yet: nothing may overtake it. */
    private final AtomicInteger unheard = new AtomicInteger();

    private volatile @Nullable Link link;
    private volatile @Nullable ClientLine line;
    private volatile boolean closing;

    DirectSocket(Channel channel) {
        this.channel = channel;
    }

    void serves(Link opened) {
        link = opened;
    }

    Wire wire() {
        return new SocketWire();
    }

    /** The client can be written to. In the event loop. */
    void open() {
        try {
            line = ClientLine.of(channel);
        } catch (IOException e) {
            LOG.error("a client cannot be written to", e);
            channel.close();
            return;
        }
        channel.config().setWriteBufferWaterMark(UNSENT);
        channel.config().setAutoRead(false);
        opened.countDown();
        Thread.ofVirtual().name("direct-in").start(this::listen);
        channel.read();
    }

    /** There will be no client. */
    void gone() {
        closing = true;
        opened.countDown();
        forget();
    }

    private void forget() {
        heard.add(END);
        var served = link;
        if (served != null) {
            served.clientGone();
        }
    }

    private void listen() {
        try {
            for (var text = heard.take(); !text.equals(END); text = heard.take()) {
                var served = link;
                if (served != null) {
                    Streams.receive(served, text);
                }
                unheard.decrementAndGet();
                readOn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ClientLine line() {
        return Objects.requireNonNull(line, "it is not open yet");
    }

    private void hear(String text) {
        var served = link;
        if (served != null && unheard.get() == 0 && served.receiveAtOnce(text)) {
            readOn();
        } else {
            unheard.incrementAndGet();
            heard.add(text);
        }
    }

    /** One reading may bring thousands of messages: the next is for when all of them were passed on. */
    private void readOn() {
        if (unheard.get() == 0) {
            channel.read();
        }
    }

    private final class SocketWire implements Wire {
        @Override
        public boolean takesAtOnce() {
            return opened.getCount() == 0 && !closing && line().isFree();
        }

        @Override
        public void send(byte[] message) throws IOException, InterruptedException {
            opened.await();
            if (closing || !channel.isActive()) {
                throw new ClientGone();
            }
            var written = line().send(ServerFrames.text(channel.alloc(), message));
            if (written.isDone() && !written.isSuccess()) {
                throw new ClientGone();
            }
            if (!channel.isWritable()) {
                try {
                    written.get();
                } catch (ExecutionException e) {
                    throw new ClientGone();
                }
            }
        }

        @Override
        public void close(CloseCode code) {
            DirectSocket.this.close(code.number());
        }
    }

    private void close(int code) {
        channel.eventLoop().execute(() -> {
            if (closing) {
                return;
            }
            closing = true;
            if (line == null) {
                channel.close(); // there is no client yet
                return;
            }
            line().sendLast(ServerFrames.close(channel.alloc(), code));
            endWithin(code == CloseCode.TOO_SLOW.number() ? SLOW_PARTING_SECONDS : PARTING_SECONDS);
            channel.read(); // the client's answer
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> partingOf(context, close);
            case PingWebSocketFrame ping -> {
                // One for the latest is enough (RFC 6455, 5.5.3): who does not take them gets fewer.
                if (channel.isWritable()) {
                    line().send(ServerFrames.pong(channel.alloc(), ping.content()));
                }
                readOn();
            }
            case BinaryWebSocketFrame binary -> {
                close(CloseCode.BINARY.number());
                readOn();
            }
            case TextWebSocketFrame text when !closing && !text.text().isEmpty() -> hear(text.text());
            // Nothing is no message either; a space is refused as what it is.
            case TextWebSocketFrame empty when !closing -> hear(" ");
            default -> context.read();
        }
    }

    private void partingOf(ChannelHandlerContext context, CloseWebSocketFrame close) {
        if (closing) {
            context.close();
            return;
        }
        closing = true;
        line().sendLast(ServerFrames.close(channel.alloc(), close.content())).addListener(written -> context.close());
        endWithin(PARTING_SECONDS);
    }

    /** Whatever the client takes or says. */
    private void endWithin(long seconds) {
        var forced = channel.eventLoop().schedule(() -> channel.close(), seconds, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> forced.cancel(false));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            if (unheard.get() == 0) { // otherwise it is we who do not listen
                close(CloseCode.NO_HEARTBEAT.number());
            }
        } else if (event instanceof Reception.GiverLeft) {
            close(CloseCode.GOING_AWAY.number());
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        switch (cause) {
            case TooLongFrameException tooLong -> {
                close(CloseCode.TOO_BIG.number());
                context.read();
            }
            case CorruptedWebSocketFrameException corrupted -> {
                close(corrupted.closeStatus().code());
                context.read();
            }
            case IOException clientWentAway -> context.close();
            default -> {
                LOG.error("a direct connection broke", cause);
                context.close();
            }
        }
    }
}
