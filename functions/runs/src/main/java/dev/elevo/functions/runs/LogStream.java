package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.streams.AnsweringStream;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Handshake;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code WS /runs/{runId}/logs/ws}: who reads which log. What there is to read is told by the {@link LogFeed}. */
@Singleton
class LogStream implements AnsweringStream {
    private final Records records;
    private final LogCursors cursors;
    private final Connections connections;
    private final LogFeed feed;
    private final LogWakeups wakeups;
    private final InstantSource clock;

    LogStream(
            Records records,
            LogCursors cursors,
            Connections connections,
            LogFeed feed,
            LogWakeups wakeups,
            InstantSource clock) {
        this.records = records;
        this.cursors = cursors;
        this.connections = connections;
        this.feed = feed;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** From the place of the cursor, else from so many lines before the last one. */
    void open(Handshake handshake, RunKey run, int tail, @Nullable String cursor) {
        var topic = LogFeed.topic(run);
        if (connections.count(topic) >= RunLimits.LOG_READERS_PER_RUN) {
            throw RunFailures.full("readers of this log", RunLimits.LOG_READERS_PER_RUN)
                    .asException();
        }
        var lines = records.head(run)
                .orElseThrow(() -> RunFailures.noRun(run.id()).asException())
                .lines();
        var place = cursor == null || cursor.isEmpty() ? Math.max(0, lines - tail) : place(cursor, run, lines);
        connections.add(Connection.opened(handshake, topic, run.organizationId(), "", null, place, clock.instant()));
        wakeups.changed(run);
    }

    private long place(String cursor, RunKey run, long lines) {
        return cursors.open(cursor, run).stream()
                .filter(place -> place <= lines)
                .findFirst()
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.INVALID_REQUEST,
                                "The cursor is none of this stream",
                                Map.of("parameter", "cursor"))
                        .asException());
    }

    @Override
    public boolean owns(String topic) {
        return LogFeed.run(topic).isPresent();
    }

    @Override
    public Set<String> takes() {
        return Set.of();
    }

    @Override
    public void receive(Connection connection, ClientMessage message) {
        throw new IllegalStateException("it takes no messages, and was given " + message.type());
    }

    /** While somebody is at writing, the place is not known; the next one will have it. */
    @Override
    public Optional<String> pinged(Connection connection) {
        return LogFeed.run(connection.topic()).map(run -> {
            wakeups.changed(run);
            return cursors.seal(connection.position(), run);
        });
    }

    @Override
    public void attend(String topic) {
        LogFeed.run(topic).ifPresent(feed::deliver);
    }
}
