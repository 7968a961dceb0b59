package dev.elevo.functions.sandboxes;

import dev.elevo.platform.lambda.TableListener;
import dev.elevo.platform.status.StatusOutbox;
import dev.elevo.platform.streams.Connections;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** In the cloud: a change was announced, or a connection has come that may be owed something. */
@Singleton
class TableStream implements TableListener {
    private final StatusFeed feed;

    TableStream(StatusFeed feed) {
        this.feed = feed;
    }

    @Override
    public void written(List<TableKey> keys) {
        keys.stream()
                .map(key -> organization(key.partition()))
                .flatMap(Optional::stream)
                .distinct()
                .forEach(feed::deliver);
    }

    private static Optional<String> organization(String partition) {
        return StatusOutbox.organizationOf(partition)
                .or(() -> Connections.topicOf(partition).flatMap(StatusFeed::organization));
    }
}
