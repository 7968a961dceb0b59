package dev.elevo.cli;

import dev.elevo.client.Json;
import dev.elevo.client.SandboxEvent;
import dev.elevo.client.api.SandboxesApi;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "events",
        description = "Show each change of a sandbox's state, as it happens.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class EventsCommand implements Callable<Integer> {
    @Mixin
    private Service service;

    @Option(names = "--sandbox", description = "Only those of one")
    private @Nullable String sandbox;

    @Override
    public Integer call() {
        try (var workspace = service.connect();
                var events = workspace.events(new SandboxesApi.ConnectEventsQuery().sandboxId(sandbox))) {
            events.follow(this::show);
            return 0;
        }
    }

    private void show(SandboxEvent event) {
        if (service.isJson()) {
            System.out.println(Json.write(event));
        } else if (event.event().equals(SandboxEvent.GAP)) {
            System.err.println("elevo: the connection was lost for a moment; what happened meanwhile may not be shown");
        } else {
            System.out.printf(
                    "%s  %s  %s  %s -> %s (%s)%n",
                    event.timestamp(),
                    event.sandboxId(),
                    event.name(),
                    event.previousState(),
                    event.state(),
                    event.reason());
        }
        UnreadException.check(System.out);
    }
}
