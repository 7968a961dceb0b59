package dev.elevo.platform.streams;

import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.lambda.ScheduledTask;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every minute: ends connections whose client is silent or whose time is over, and has each stream look after its own. */
@Singleton
@Requires(beans = Stream.class)
final class StreamWatch implements ScheduledTask {
    static final Duration SILENCE = Duration.ofSeconds(90);
    private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);

    private final List<Stream> streams;
    private final Connections connections;
    private final Outlet outlet;
    private final InstantSource clock;

    StreamWatch(List<Stream> streams, Connections connections, Outlet outlet, InstantSource clock) {
        this.streams = List.copyOf(streams);
        this.connections = connections;
        this.outlet = outlet;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public void run() {
        // Those of other areas are written to by a gateway of their own.
        var all = connections.all().stream()
                .filter(connection -> streams.stream().anyMatch(stream -> stream.owns(connection.topic())))
                .toList();
        all.forEach(connection -> each(connection.id(), () -> check(connection)));
        all.stream()
                .map(Connection::topic)
                .distinct()
                .forEach(topic -> streams.stream()
                        .filter(stream -> stream.owns(topic))
                        .forEach(stream -> each(topic, () -> stream.attend(topic))));
    }

    private void check(Connection connection) {
        var now = clock.instant();
        if (!now.isBefore(connection.connectedAt().plus(Connections.LIFE))) {
            end(connection, CloseCode.GOING_AWAY);
        } else if (isSilent(connection.heardAt(), now)) {
            // Pings of the protocol reach no function; the gateway has seen them.
            outlet.lastActive(connection.id())
                    .ifPresentOrElse(active -> judge(connection, active, now), () -> forget(connection));
        }
    }

    private void judge(Connection connection, Instant active, Instant now) {
        if (isSilent(active, now)) {
            end(connection, CloseCode.NO_HEARTBEAT);
        } else {
            connections.heard(connection, active);
        }
    }

    private void end(Connection connection, CloseCode code) {
        outlet.close(connection.id(), code);
        forget(connection);
    }

    private void forget(Connection connection) {
        connections.remove(connection);
        streams.stream().filter(stream -> stream.owns(connection.topic())).forEach(stream -> stream.gone(connection));
    }

    private static boolean isSilent(Instant since, Instant now) {
        return !now.isBefore(since.plus(SILENCE));
    }

    /** One that cannot be looked after must not keep the others waiting; its turn comes again in a minute. */
    private static void each(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("Looking after {} failed", what, e);
        }
    }
}
