package dev.elevo.functions.sandboxes.events;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.ServerMessages;
import dev.elevo.platform.status.StatusLog;
import dev.elevo.platform.streams.AnsweringStream;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Handshake;
import dev.elevo.platform.streams.Outlet;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code WS /events}: who listens to what. What there is to hear is told by the {@link StatusFeed}. */
@Singleton
class EventsStream implements AnsweringStream {
    static final int MOST_OF_AN_ORGANIZATION = 500;

    private static final int MOST_SUBSCRIPTIONS = 10;

    private final StatusLog log;
    private final StatusCursors cursors;
    private final StatusFilters filters;
    private final Connections connections;
    private final Outlet outlet;
    private final ServerMessages says;
    private final FeedWakeups wakeups;
    private final InstantSource clock;

    EventsStream(
            StatusLog log,
            StatusCursors cursors,
            StatusFilters filters,
            Connections connections,
            Outlet outlet,
            ServerMessages says,
            FeedWakeups wakeups,
            InstantSource clock) {
        this.log = log;
        this.cursors = cursors;
        this.filters = filters;
        this.connections = connections;
        this.outlet = outlet;
        this.says = says;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    /** From the place of the cursor, else from now on. A cursor that leads nowhere is told, and then it is from now on, too. */
    void open(Handshake handshake, String organizationId, StatusFilter filter, @Nullable String cursor) {
        refuseWhenTooMany(organizationId);
        var last = log.open(organizationId);
        var position = last;
        Failure complaint = null;
        if (cursor != null && !cursor.isEmpty()) {
            var place = cursors.open(cursor, organizationId);
            if (place.isEmpty() || place.getAsLong() > last) {
                complaint = new Failure.Refused(
                        ErrorCode.INVALID_REQUEST, "The cursor is none of this stream", Map.of("parameter", "cursor"));
            } else if (log.reachesBackTo(organizationId, place.getAsLong(), last)) {
                position = place.getAsLong();
            } else {
                complaint = StatusFeed.NOT_KEPT;
            }
        }
        connections.add(Connection.opened(
                handshake,
                StatusFeed.topic(organizationId),
                organizationId,
                filters.write(filter),
                complaint == null ? null : says.error(null, complaint),
                position,
                clock.instant()));
        wakeups.changed(organizationId);
    }

    /** Each change is told to each of them. Two who come at once may both be the last. */
    private void refuseWhenTooMany(String organizationId) {
        if (connections.count(StatusFeed.topic(organizationId)) >= MOST_OF_AN_ORGANIZATION) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "There are too many connections to the events of this organization",
                            Map.of("resource", "event connections", "limit", MOST_OF_AN_ORGANIZATION))
                    .asException();
        }
    }

    @Override
    public boolean owns(String topic) {
        return StatusFeed.organization(topic).isPresent();
    }

    @Override
    public Set<String> takes() {
        return Set.of("subscribe", "unsubscribe");
    }

    @Override
    public void receive(Connection connection, ClientMessage message) {
        if (message.type().equals("subscribe")) {
            subscribe(connection, message);
        } else {
            unsubscribe(connection, message);
        }
    }

    private void subscribe(Connection connection, ClientMessage message) {
        var filter = StatusFilter.read(message.data());
        var name = message.id() == null || message.id().isEmpty() ? Ids.EVENT.random() : message.id();
        if (!connection.subscriptions().containsKey(name)
                && connection.subscriptions().size() >= MOST_SUBSCRIPTIONS) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "The connection has all the subscriptions it may have",
                            Map.of("resource", "subscriptions", "limit", MOST_SUBSCRIPTIONS))
                    .asException();
        }
        connections.subscribe(connection, name, filters.write(filter));
        outlet.send(connection.id(), says.event(name, Map.of("event", "subscribed"), null));
    }

    private void unsubscribe(Connection connection, ClientMessage message) {
        var name = message.id();
        if (name == null || !connection.subscriptions().containsKey(name)) {
            throw Failure.Invalid.field("id", "names no subscription of this connection", name)
                    .asException();
        }
        connections.unsubscribe(connection, name);
        outlet.send(connection.id(), says.event(name, Map.of("event", "unsubscribed", "reason", "requested"), null));
    }

    /** While somebody is at writing, the place is not known; the next one will have it. */
    @Override
    public Optional<String> pinged(Connection connection) {
        wakeups.changed(connection.organizationId());
        return Optional.of(cursors.seal(connection.position(), connection.organizationId()));
    }

    @Override
    public void attend(String topic) {
        StatusFeed.organization(topic).ifPresent(wakeups::changed);
    }
}
