package dev.elevo.agent.http;

import dev.elevo.agent.process.Processes;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.serde.ObjectMapper;
import io.netty.channel.Channel;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Gives every connection of the server a {@link RunStream}. */
@Singleton
final class RunStreams implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
    private final Provider<Processes> processes;
    private final Provider<ObjectMapper> json;

    /** Providers: a listener is made before everything else, and must not make the agent in its place. */
    RunStreams(Provider<Processes> processes, Provider<ObjectMapper> json) {
        this.processes = processes;
        this.json = json;
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
                                "run-stream",
                                new RunStream(processes.get(), json.get()));
            }
        }
    }
}
