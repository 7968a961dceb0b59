package dev.elevo.agent.http;

import dev.elevo.agent.driver.Places;
import dev.elevo.agent.files.Files;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.stream.Streams;
import dev.elevo.agent.stream.Tickets;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.micronaut.serde.ObjectMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A door for connections instead of requests. The gateway beside us reads the head of a request and hands the client's connection
 * itself over with it: what follows, gigabytes perhaps, is between the client and us, and no process stands in between.
 *
 * <p>Only who may enter our directory comes here; a right to anything that is no right, each request brings its ticket.
 */
@Singleton
final class HandedConnections implements ApplicationEventListener<ServerStartupEvent> {
    private static final int EVENT_LOOPS = 2;
    private static final long IDLE_SECONDS = 75;
    /** As much as the gateway lets in. */
    private static final int HEAD_BYTES = 10_240;

    private static final int PIECE_BYTES = 64 << 10;

    private final Path path;
    private final Gate gate;
    private final Files files;
    private final Streams streams;
    private final Tickets tickets;
    private final Processes processes;
    private final FastBase64 base64;
    private final ObjectMapper json;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, EpollIoHandler.newFactory());

    HandedConnections(
            Places places,
            Gate gate,
            Files files,
            Streams streams,
            Tickets tickets,
            Processes processes,
            FastBase64 base64,
            ObjectMapper json) {
        this.path = places.door();
        this.gate = gate;
        this.files = files;
        this.streams = streams;
        this.tickets = tickets;
        this.processes = processes;
        this.base64 = base64;
        this.json = json;
    }

    Path path() {
        return path;
    }

    /** Not before: whoever comes must find the sandboxes that were there. */
    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        try {
            java.nio.file.Files.deleteIfExists(path); // of an agent that was killed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel giver) {
                        giver.pipeline().addLast(new Reception(HandedConnections.this::furnish));
                    }
                })
                .bind(new DomainSocketAddress(path.toFile()))
                .syncUninterruptibly();
    }

    private void furnish(ChannelPipeline client) {
        client.addLast(new HttpServerCodec(HEAD_BYTES, HEAD_BYTES, PIECE_BYTES))
                .addLast(new Parting())
                .addLast(new AnswerWords())
                .addLast(new IdleStateHandler(true, 0, 0, IDLE_SECONDS, TimeUnit.SECONDS))
                .addLast(new RunStream(processes, base64, json))
                .addLast(new DirectUpgrade(tickets, streams, json))
                .addLast(new FileDoor(gate, files, json))
                .addLast(new NothingElse(json));
    }

    @PreDestroy
    void close() {
        streams.endAll(); // while there is somebody to say it
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
