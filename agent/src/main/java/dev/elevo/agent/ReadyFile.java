package dev.elevo.agent;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;

/** Says where the agent listens, once it does. */
@Singleton
final class ReadyFile implements ApplicationEventListener<ServerStartupEvent> {
    private final AgentConfiguration configuration;

    ReadyFile(AgentConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        var text = "{\"url\":\"http://127.0.0.1:%d\",\"pid\":%d}\n"
                .formatted(event.getSource().getPort(), ProcessHandle.current().pid());
        var directory = configuration.directory();
        try {
            var written = Files.writeString(directory.resolve("agent.json.new"), text);
            Files.move(written, directory.resolve("agent.json"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
