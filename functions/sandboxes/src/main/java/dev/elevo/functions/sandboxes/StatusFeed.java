package dev.elevo.functions.sandboxes;

import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusLog;
import dev.elevo.platform.streams.Claim;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Outlet;
import dev.elevo.platform.streams.Outlet.Sent;
import dev.elevo.platform.streams.OutletException;
import dev.elevo.contract.stream.ServerMessages;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every connection of an organization what it has not been told yet: each change once, in order. Whoever wants to may call
 * it at any time and anywhere: a connection's place is in the table, and a claim on it lets one at a time write.
 *
 * <p>Where nobody knows whether a message arrived, because its writer died or the gateway did not answer, the connection is
 * ended: its client comes back with the cursor of the last one it did get, and nothing is missed or told twice.
 */
@Singleton
class StatusFeed {
    static final Failure NOT_KEPT = Failure.Invalid.field(
            "cursor", "is older than what is kept; list the sandboxes, events go on from now", null);

    private static final Logger LOG = LoggerFactory.getLogger(StatusFeed.class);
    private static final String TOPIC = "events#";
    private static final int MOST_AT_ONCE = 100;

    /** Well within the time of a claim. */
    private static final Duration LONGEST_DELIVERY = Duration.ofSeconds(20);

    /** API Gateway lets a function write to a connection only some time after the function took it in. */
    private static final Duration YOUTH = Duration.ofSeconds(10);

    private static final int YOUNG_ATTEMPTS = 100;
    private static final int YOUNG_PAUSE_MILLIS = 20;

    private final StatusLog log;
    private final StatusCursors cursors;
    private final StatusFilters filters;
    private final Connections connections;
    private final Outlet outlet;
    private final ServerMessages says;
    private final InstantSource clock;

    StatusFeed(
            StatusLog log,
            StatusCursors cursors,
            StatusFilters filters,
            Connections connections,
            Outlet outlet,
            ServerMessages says,
            InstantSource clock) {
        this.log = log;
        this.cursors = cursors;
        this.filters = filters;
        this.connections = connections;
        this.outlet = outlet;
        this.says = says;
        this.clock = clock;
    }

    static String topic(String organizationId) {
        return TOPIC + organizationId;
    }

    static Optional<String> organization(String topic) {
        return topic.startsWith(TOPIC) ? Optional.of(topic.substring(TOPIC.length())) : Optional.empty();
    }

    /** Throws when one of the connections could not be served now. */
    void deliver(String organizationId) {
        var listeners = connections.of(topic(organizationId));
        if (listeners.isEmpty()) {
            return;
        }
        var last = log.settled(organizationId);
        var behind = listeners.stream()
                .filter(listener -> listener.position() < last || listener.greeting() != null)
                .toList();
        if (behind.size() == 1) {
            serve(behind.getFirst());
        } else {
            serveAll(behind);
        }
    }

    /** A slow one holds up nobody but itself. */
    private void serveAll(List<Connection> behind) {
        var tasks = behind.stream()
                .map(connection -> Executors.<Void>callable(() -> serve(connection), null))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var served : threads.invokeAll(tasks)) {
                switch (served.state()) {
                    case FAILED -> throw new IllegalStateException("not everybody was told", served.exceptionNow());
                    case SUCCESS, CANCELLED, RUNNING -> {}
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void serve(Connection connection) {
        // Again, because whoever came meanwhile found it busy and left it to us.
        for (var position = -1L; position < log.last(connection.organizationId()); ) {
            switch (connections.claim(connection)) {
                case Claim.Held held -> {
                    var written = write(held);
                    if (written.isEmpty()) {
                        return;
                    }
                    position = written.get();
                }
                case Claim.InDoubt(Connection left) -> {
                    end(left);
                    return;
                }
                case Claim.Busy busy -> {
                    return;
                }
                case Claim.Gone gone -> {
                    return;
                }
            }
        }
    }

    /** The place it has reached; empty when the connection is no more. */
    private Optional<Long> write(Claim.Held held) {
        var connection = held.connection();
        try {
            var delivery = new Delivery(connection);
            var position = delivery.run();
            if (position.isEmpty()) {
                connections.remove(connection);
            } else {
                connections.release(held, position.get(), delivery.reached);
            }
            return position;
        } catch (OutletException e) {
            LOG.warn("a message to {} may be lost, so the connection is ended", connection.id(), e);
            end(connection);
            return Optional.empty();
        }
    }

    private void end(Connection connection) {
        try {
            outlet.close(connection.id(), CloseCode.INTERNAL);
        } catch (OutletException e) {
            // Without its record nothing is written to it any more, and its client notices that pings are not answered.
            LOG.warn("{} could not be closed", connection.id(), e);
        }
        connections.remove(connection);
    }

    /** What one connection is told under one claim. */
    private final class Delivery {
        private final Connection connection;
        private final long end = System.nanoTime() + LONGEST_DELIVERY.toNanos();

        private boolean reached;

        Delivery(Connection connection) {
            this.connection = connection;
            this.reached = connection.reached();
        }

        Optional<Long> run() {
            var greeting = connection.greeting();
            if (greeting != null && send(greeting) != Sent.YES) {
                return Optional.empty();
            }
            var wanted = filters.of(connection);
            var position = connection.position();
            var organizationId = connection.organizationId();
            for (var entry : log.after(organizationId, position, MOST_AT_ONCE)) {
                var name = wanted.match(entry.change());
                if (name.isPresent()) {
                    var cursor = cursors.seal(entry.number(), organizationId);
                    switch (send(says.event(name.get(), data(entry.change()), cursor))) {
                        case YES -> {}
                        case GONE -> {
                            return Optional.empty();
                        }
                        case NOT_NOW -> throw new OutletException("the gateway takes no more for now", null);
                    }
                }
                position = entry.number();
                if (System.nanoTime() > end) {
                    break;
                }
            }
            return Optional.of(position == connection.position() ? skipMissing(position) : position);
        }

        /** Of what is not there any more the client is told that it is missing. */
        private long skipMissing(long position) {
            var last = log.last(connection.organizationId());
            if (!log.reachesBackTo(connection.organizationId(), position, last)) {
                send(says.error(null, NOT_KEPT));
                return last;
            }
            return position;
        }

        private Sent send(String message) {
            var sent = outlet.send(connection.id(), message);
            for (int i = 0; i < YOUNG_ATTEMPTS && sent == Sent.GONE && isYoung() && connections.has(connection); i++) {
                pause();
                sent = outlet.send(connection.id(), message);
            }
            reached |= sent == Sent.YES;
            return sent;
        }

        private boolean isYoung() {
            return !reached && clock.instant().isBefore(connection.connectedAt().plus(YOUTH));
        }

        private static void pause() {
            try {
                Thread.sleep(YOUNG_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OutletException("interrupted", e);
            }
        }
    }

    private static Map<String, Object> data(StatusChange change) {
        var data = new LinkedHashMap<String, Object>();
        data.put("event", "sandbox_status");
        data.put("sandboxId", change.sandboxId());
        data.put("name", change.name());
        data.put("state", change.state().label());
        var previous = change.previous();
        if (previous != null) {
            data.put("previousState", previous.label());
        }
        data.put("reason", change.reason().label());
        data.put("timestamp", InstantSerde.format(change.at()));
        return data;
    }
}
