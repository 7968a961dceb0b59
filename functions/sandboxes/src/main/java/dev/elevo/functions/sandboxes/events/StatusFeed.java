package dev.elevo.functions.sandboxes.events;

import dev.elevo.contract.Failure;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.stream.ServerMessages;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusLog;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Deliveries;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells every connection of an organization what became of its sandboxes. */
@Singleton
public class StatusFeed {
    static final Failure NOT_KEPT = Failure.Invalid.field(
            "cursor", "is older than what is kept; list the sandboxes, events go on from now", null);

    private static final String TOPIC = "events#";
    private static final int MOST_AT_ONCE = 100;

    private final StatusLog log;
    private final StatusCursors cursors;
    private final StatusFilters filters;
    private final Connections connections;
    private final Deliveries deliveries;
    private final ServerMessages says;

    StatusFeed(
            StatusLog log,
            StatusCursors cursors,
            StatusFilters filters,
            Connections connections,
            Deliveries deliveries,
            ServerMessages says) {
        this.log = log;
        this.cursors = cursors;
        this.filters = filters;
        this.connections = connections;
        this.deliveries = deliveries;
        this.says = says;
    }

    static String topic(String organizationId) {
        return TOPIC + organizationId;
    }

    public static Optional<String> organization(String topic) {
        return topic.startsWith(TOPIC) ? Optional.of(topic.substring(TOPIC.length())) : Optional.empty();
    }

    /** Throws when one of the connections could not be served now. */
    public void deliver(String organizationId) {
        var listeners = connections.of(topic(organizationId));
        if (listeners.isEmpty()) {
            return;
        }
        var last = log.settled(organizationId);
        var behind = listeners.stream()
                .filter(listener -> listener.position() < last || listener.greeting() != null)
                .toList();
        deliveries.serve(behind, new Changes(organizationId));
    }

    private final class Changes implements Deliveries.Story {
        private final String organizationId;

        Changes(String organizationId) {
            this.organizationId = organizationId;
        }

        @Override
        public long last() {
            return log.last(organizationId);
        }

        @Override
        public Optional<Long> tell(Connection connection, Deliveries.Voice voice) {
            var wanted = filters.of(connection);
            var position = connection.position();
            for (var entry : log.after(organizationId, position, MOST_AT_ONCE)) {
                var name = wanted.match(entry.change());
                if (name.isPresent()) {
                    var cursor = cursors.seal(entry.number(), organizationId);
                    if (!voice.say(says.event(name.get(), data(entry.change()), cursor))) {
                        return Optional.empty();
                    }
                }
                position = entry.number();
                if (!voice.hasTime()) {
                    break;
                }
            }
            return position == connection.position() ? skipMissing(position, voice) : Optional.of(position);
        }

        /** Of what is not there any more the client is told that it is missing. */
        private Optional<Long> skipMissing(long position, Deliveries.Voice voice) {
            var last = log.last(organizationId);
            if (log.reachesBackTo(organizationId, position, last)) {
                return Optional.of(position);
            }
            return voice.say(says.error(null, NOT_KEPT)) ? Optional.of(last) : Optional.empty();
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
