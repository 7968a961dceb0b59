package dev.elevo.platform.streams;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.context.annotation.Requires;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what clients send: answers what every stream has in common, and gives the rest to the stream it is for. */
@Singleton
@Requires(beans = Stream.class)
public final class ClientMessages {
    private static final Logger LOG = LoggerFactory.getLogger(ClientMessages.class);
    private static final int MOST_BYTES = 32 * 1024;
    private static final int MOST_BAD = 10;
    private static final int LONGEST_ID = 64;

    /** A client sends a ping every 30 s: writing down each message of a busy one would tell nothing more. */
    private static final Duration WORTH_NOTING = Duration.ofSeconds(20);

    private final List<Stream> streams;
    private final Connections connections;
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
        var found = connections.find(message.connectionId());
        if (found.isEmpty()) {
            // Forgotten, or closed by us while this was on its way: there is nothing it could belong to.
            outlet.close(message.connectionId(), CloseCode.INTERNAL);
            return;
        }
        var connection = found.get();
        noteHeard(connection);
        if (message.isBase64Encoded() || bytes(message.body()) > MOST_BYTES) {
            end(connection, CloseCode.TOO_BIG);
            return;
        }
        try {
            receive(connection, message.body());
        } catch (OutletException e) {
            LOG.warn("a message to {} may be lost, so the connection is ended", connection.id(), e);
            end(connection, CloseCode.INTERNAL);
        }
    }

    public void disconnected(SocketEvent.Disconnect gone) {
        connections.find(gone.connectionId()).ifPresent(connections::remove);
    }

    private void receive(Connection connection, String text) {
        var read = read(text);
        var stream = stream(connection);
        if (read.isEmpty()) {
            refuse(connection, null, "The message is no JSON object with a type");
            return;
        }
        var message = read.get();
        if (message.id() != null && message.id().length() > LONGEST_ID) {
            refuse(connection, null, "The id is longer than " + LONGEST_ID + " characters");
        } else if (message.type().equals("ping")) {
            outlet.send(
                    connection.id(),
                    says.pong(message.id(), stream.pinged(connection).orElse(null)));
        } else if (stream.takes().contains(message.type())) {
            give(stream, connection, message);
        } else {
            refuse(connection, message.id(), "This stream does not take messages of this type");
        }
    }

    private void give(Stream stream, Connection connection, ClientMessage message) {
        try {
            stream.receive(connection, message);
        } catch (ApiException e) {
            outlet.send(connection.id(), says.error(message.id(), e.failure()));
        }
    }

    /** Nothing that could be meant; who sends nothing else is not listened to for ever. */
    private void refuse(Connection connection, @Nullable String id, String why) {
        outlet.send(connection.id(), says.error(id, new Failure.Refused(ErrorCode.INVALID_REQUEST, why)));
        if (connections.countBad(connection) >= MOST_BAD) {
            end(connection, CloseCode.TEN_BAD_MESSAGES);
        }
    }

    private void end(Connection connection, CloseCode code) {
        outlet.close(connection.id(), code);
        connections.remove(connection);
    }

    private void noteHeard(Connection connection) {
        var now = clock.instant();
        if (!now.isBefore(connection.heardAt().plus(WORTH_NOTING))) {
            connections.heard(connection, now);
        }
    }

    private Stream stream(Connection connection) {
        return streams.stream()
                .filter(stream -> stream.owns(connection.topic()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no stream owns " + connection.topic()));
    }

    private Optional<ClientMessage> read(String text) {
        try {
            var node = json.readValue(text, JsonNode.class);
            var type = node == null || !node.isObject() ? null : node.get("type");
            if (node == null || type == null || !type.isString()) {
                return Optional.empty();
            }
            var id = node.get("id");
            if (id != null && !id.isString()) {
                return Optional.empty();
            }
            return Optional.of(new ClientMessage(
                    type.getStringValue(), node.get("data"), id == null ? null : id.getStringValue()));
        } catch (IOException e) {
            return Optional.empty(); // told to the client by whoever asked
        }
    }

    private static int bytes(String text) {
        return text.length() > MOST_BYTES ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
