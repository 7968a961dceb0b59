package dev.elevo.platform.streams;

import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.streams.Outlet.Sent;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells connections what they have not been told yet: everything once, in order. Whoever wants to may call it at any time and
 * anywhere: a connection's place is in the table, and a claim on it lets one at a time write.
 *
 * <p>Where nobody knows whether a message arrived, because its writer died or the gateway did not answer, the connection is
 * ended: its client comes back with the cursor of the last one it did get, and nothing is missed or told twice.
 */
@Singleton
@Requires(beans = Stream.class)
public final class Deliveries {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    /** Well within the time of a claim. */
    private static final Duration LONGEST_DELIVERY = Duration.ofSeconds(20);

    /** API Gateway lets a function write to a connection only some time after the function took it in. */
    private static final Duration YOUTH = Duration.ofSeconds(10);

    private static final int YOUNG_ATTEMPTS = 100;
    private static final int YOUNG_PAUSE_MILLIS = 20;

    private final Connections connections;
    private final Outlet outlet;
    private final InstantSource clock;

    Deliveries(Connections connections, Outlet outlet, InstantSource clock) {
        this.connections = connections;
        this.outlet = outlet;
        this.clock = clock;
    }

    /** What there is to tell to the connections of one topic. */
    public interface Story {
        /** The place of the last of it. */
        long last();

        /**
         * Tells what follows the connection's place, as long as there is time.
         *
         * @return the place that is reached; empty when the connection is no more, or has been ended
         */
        Optional<Long> tell(Connection connection, Voice voice);
    }

    /** Throws when one of the connections could not be served now. A slow one holds up nobody but itself. */
    public void serve(List<Connection> behind, Story story) {
        if (behind.size() == 1) {
            serve(behind.getFirst(), story);
            return;
        }
        var tasks = behind.stream()
                .map(connection -> Executors.<Void>callable(() -> serve(connection, story), null))
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

    private void serve(Connection connection, Story story) {
        // Again, because whoever came meanwhile found it busy and left it to us.
        for (var position = -1L; position < story.last(); ) {
            switch (connections.claim(connection)) {
                case Claim.Held held -> {
                    var reached = write(held, story);
                    if (reached.isEmpty()) {
                        return;
                    }
                    position = reached.get();
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
    private Optional<Long> write(Claim.Held held, Story story) {
        var connection = held.connection();
        try {
            var voice = new Voice(connection);
            var greeting = connection.greeting();
            var position =
                    greeting == null || voice.say(greeting) ? story.tell(connection, voice) : Optional.<Long>empty();
            if (position.isEmpty()) {
                connections.remove(connection);
            } else {
                connections.release(held, position.get(), voice.reached);
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
    public final class Voice {
        private final Connection connection;
        private final long end = System.nanoTime() + LONGEST_DELIVERY.toNanos();

        private boolean reached;

        private Voice(Connection connection) {
            this.connection = connection;
            this.reached = connection.reached();
        }

        public boolean hasTime() {
            return System.nanoTime() < end;
        }

        /** Whether it was said; it was not where the connection is gone. */
        public boolean say(String message) {
            return switch (send(message)) {
                case YES -> true;
                case GONE -> false;
                case NOT_NOW -> throw new OutletException("the gateway takes no more for now", null);
            };
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
}
