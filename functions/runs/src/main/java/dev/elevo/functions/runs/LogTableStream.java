package dev.elevo.functions.runs;

import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.lambda.TableListener;
import dev.elevo.platform.streams.Connections;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** In the cloud: lines were recorded, a run has ended, or a reader has come that may be owed something. */
@Singleton
class LogTableStream implements TableListener {
    private final LogFeed feed;

    LogTableStream(LogFeed feed) {
        this.feed = feed;
    }

    @Override
    public void written(List<TableKey> keys) {
        keys.stream()
                .map(key -> run(key.partition()))
                .flatMap(Optional::stream)
                .distinct()
                .forEach(feed::deliver);
    }

    private static Optional<RunKey> run(String partition) {
        return Records.ofLog(partition).or(() -> Connections.topicOf(partition).flatMap(LogFeed::run));
    }
}
