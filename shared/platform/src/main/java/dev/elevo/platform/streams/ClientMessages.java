package dev.elevo.platform.streams;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.Incoming;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what clients send: answers what every stream has in common, and gives the rest to the stream it is for. */
@Singleton
@Requires(beans = Stream.class)
public final class ClientMessages {
    private static final Logger LOG = LoggerFactory.getLogger(ClientMessages.class);

    /** A client sends a ping every 30 s: writing down each message of a busy one would tell nothing more. */
    private static final Duration WORTH_NOTING = Duration.ofSeconds(20);

    private final List<Stream> streams;
    private final Connections connections;
    private final KnownConnections known = new KnownConnections();
    private final Outlet outlet;
    private final ServerMessages says;
    private final JsonMapper json;
    private final InstantSource clock;

    ClientMessages(
            List<Stream> streams,
            Connections connections,
            Outlet outlet,
            ServerMessages says,
            JsonMapper json,
            InstantSource clock) {
        this.streams = List.copyOf(streams);
        this.connections = connections;
        this.outlet = outlet;
        this.says = says;
        this.json = json;
        this.clock = clock;
    }

    public void receive(SocketEvent.Message message) {
        var carried = known.find(message.connectionId());
        if (carried != null) {
            carry(carried, message);
            return;
        }
        var found = connections.find(message.connectionId());
        if (found.isEmpty()) {
            // Forgotten, or closed by us while this was on its way: there is nothing it could belong to.
            outlet.close(message.connectionId(), CloseCode.INTERNAL);
            return;
        }
        var connection = found.get();
        switch (stream(connection)) {
            case CarriedStream stream ->
                carry(new KnownConnections.Known(connection, stream, connection.heardAt()), message);
            case AnsweringStream stream -> answer(stream, connection, message);
            case Stream other -> throw new IllegalStateException("nobody reads what is sent to " + other);
        }
    }

    private void carry(KnownConnections.Known known, SocketEvent.Message message) {
        var connection = known.connection();
        if (isTooBig(message)) {
            end(connection, CloseCode.TOO_BIG);
            return;
        }
        this.known.remember(
                new KnownConnections.Known(connection, known.stream(), noteHeard(connection, known.heardAt())));
        known.stream().carry(connection, message.body());
    }

    private void answer(AnsweringStream stream, Connection connection, SocketEvent.Message message) {
        noteHeard(connection, connection.heardAt());
        if (isTooBig(message)) {
            end(connection, CloseCode.TOO_BIG);
            return;
        }
        try {
            answer(stream, connection, message.body());
        } catch (OutletException e) {
            LOG.warn("a message to {} may be lost, so the connection is ended", connection.id(), e);
            end(connection, CloseCode.INTERNAL);
        }
    }

    private static boolean isTooBig(SocketEvent.Message message) {
        return message.isBase64Encoded() || Incoming.isTooBig(message.body());
    }

    public void disconnected(SocketEvent.Disconnect gone) {
        known.forget(gone.connectionId());
        connections.find(gone.connectionId()).ifPresent(connection -> {
            connections.remove(connection);
            stream(connection).gone(connection);
        });
    }

    private void answer(AnsweringStream stream, Connection connection, String text) {
        switch (Incoming.read(json, text, stream.takes())) {
            case Incoming.Ping(var id) ->
                outlet.send(
                        connection.id(), says.pong(id, stream.pinged(connection).orElse(null)));
            case Incoming.Taken(var message) -> give(stream, connection, message);
            case Incoming.Bad(var id, var why) -> refuse(connection, id, why);
        }
    }

    private void give(AnsweringStream stream, Connection connection, ClientMessage message) {
        try {
            stream.receive(connection, message);
        } catch (ApiException e) {
            outlet.send(connection.id(), says.error(message.id(), e.failure()));
        }
    }

    /** Nothing that could be meant; who sends nothing else is not listened to for ever. */
    private void refuse(Connection connection, @Nullable String id, String why) {
        outlet.send(connection.id(), says.error(id, new Failure.Refused(ErrorCode.INVALID_REQUEST, why)));
        if (connections.countBad(connection) >= Incoming.MOST_BAD) {
            end(connection, CloseCode.TEN_BAD_MESSAGES);
        }
    }

    private void end(Connection connection, CloseCode code) {
        outlet.close(connection.id(), code);
        connections.remove(connection);
        known.forget(connection.id());
        stream(connection).gone(connection);
    }

    /** When it was written down last, by now. */
    private Instant noteHeard(Connection connection, Instant noted) {
        var now = clock.instant();
        if (now.isBefore(noted.plus(WORTH_NOTING))) {
            return noted;
        }
        connections.heard(connection, now);
        return now;
    }

    private Stream stream(Connection connection) {
        return streams.stream()
                .filter(stream -> stream.owns(connection.topic()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no stream owns " + connection.topic()));
    }
}
