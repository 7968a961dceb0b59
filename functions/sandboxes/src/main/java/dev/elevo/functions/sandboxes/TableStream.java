package dev.elevo.functions.sandboxes;

import dev.elevo.functions.sandboxes.events.StatusFeed;
import dev.elevo.functions.sandboxes.push.Pusher;
import dev.elevo.platform.lambda.TableListener;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.status.StatusOutbox;
import dev.elevo.platform.streams.Connections;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** In the cloud: a change was announced, a connection has come that may be owed something, or somebody is to be told on his devices. */
@Singleton
class TableStream implements TableListener {
    private final StatusFeed feed;
    private final Pusher pusher;

    TableStream(StatusFeed feed, Pusher pusher) {
        this.feed = feed;
        this.pusher = pusher;
    }

    @Override
    public void written(List<TableKey> keys) {
        keys.stream()
                .map(key -> organization(key.partition()))
                .flatMap(Optional::stream)
                .distinct()
                .forEach(feed::deliver);
        pusher.tell(keys.stream()
                .map(key -> PushOutbox.keyOf(key.partition(), key.sort()))
                .flatMap(Optional::stream)
                .toList());
    }

    private static Optional<String> organization(String partition) {
        return StatusOutbox.organizationOf(partition)
                .or(() -> Connections.topicOf(partition).flatMap(StatusFeed::organization));
    }
}
