package dev.elevo.agent.http;

import dev.elevo.agent.files.Files;
import dev.elevo.agent.port.PortRelays;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.stream.Streams;
import dev.elevo.agent.stream.Tickets;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.serde.ObjectMapper;
import io.netty.channel.Channel;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Gives every connection of the server what answers past the framework: {@link PortUpgrade}, {@link DirectUpgrade}, {@link FileDoor}, {@link RunStream}. */
@Singleton
final class RawConnections implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final Provider<Gate> gate;
    private final Provider<PortRelays> relays;
    private final Provider<Files> files;
    private final Provider<ObjectMapper> json;
    private final Provider<Streams> streams;
    private final Provider<Tickets> tickets;
    private final Provider<Processes> processes;
    private final Provider<FastBase64> base64;

    /** Providers: a listener is made before everything else, and must not make the agent in its place. */
    RawConnections(
            Provider<Gate> gate,
            Provider<PortRelays> relays,
            Provider<Files> files,
            Provider<ObjectMapper> json,
            Provider<Streams> streams,
            Provider<Tickets> tickets,
            Provider<Processes> processes,
            Provider<FastBase64> base64) {
        this.gate = gate;
        this.relays = relays;
        this.files = files;
        this.json = json;
        this.streams = streams;
        this.tickets = tickets;
        this.processes = processes;
        this.base64 = base64;
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        var registry = event.getBean();
        registry.register(new Customizer(null));
        return registry;
    }

    private final class Customizer implements NettyServerCustomizer {
        private final @Nullable Channel connection;

        Customizer(@Nullable Channel connection) {
            this.connection = connection;
        }

        @Override
        public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
            return new Customizer(role == ChannelRole.CONNECTION ? channel : null);
        }

        @Override
        public void onStreamPipelineBuilt() {
            if (connection != null) {
                connection
                        .pipeline()
                        .addAfter(
                                ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                                "port-upgrade",
                                new PortUpgrade(gate.get(), relays.get(), json.get()))
                        .addAfter("port-upgrade", "file-door", new FileDoor(gate.get(), files.get(), json.get()))
                        .addAfter(
                                ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                                "direct-upgrade",
                                new DirectUpgrade(tickets.get(), streams.get(), json.get()))
                        .addAfter(
                                ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC,
                                "run-stream",
                                new RunStream(processes.get(), base64.get(), json.get()));
            }
        }
    }
}
