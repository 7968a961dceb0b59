package dev.elevo.platform.streams;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.agent.AttachStream;
import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.ServedStream;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.agent.TicketRequest;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.http.AllowedOrigins;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.sandbox.SandboxStore;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections about what is inside sandboxes. Their agent serves them: it is told of the connection and of what the client says, and
 * writes to the connection itself. A controller decides who may connect to what; everything else is here.
 */
@Singleton
@Requires(condition = StreamsOfSandboxes.class)
public final class AgentStreams implements CarriedStream {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStreams.class);

    /** As often as any call notes that a sandbox is used. */
    private static final Duration USE_NOTED = Duration.ofSeconds(15);

    /** Until the agent must have heard of a connection that is recorded. */
    private static final Duration ATTACHING = Duration.ofSeconds(30);

    /** Of connections: one whose end another instance was told of is forgotten in its turn. */
    private static final int MOST_REMEMBERED = 10_000;

    private final Engine engine;
    private final SandboxAccess access;
    private final SandboxStore store;
    private final Connections connections;
    private final ConnectionGrants grants;
    private final Outlet outlet;
    private final AllowedOrigins origins;
    private final InstantSource clock;
    private final String prefix;

    /** When each connection was last taken for a use of its sandbox. */
    private final Map<String, Instant> used = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    AgentStreams(
            Engine engine,
            SandboxAccess access,
            SandboxStore store,
            Connections connections,
            ConnectionGrants grants,
            Outlet outlet,
            AllowedOrigins origins,
            InstantSource clock,
            @Value("${elevo.area}") String area) {
        this.engine = engine;
        this.access = access;
        this.store = store;
        this.connections = connections;
        this.grants = grants;
        this.outlet = outlet;
        this.origins = origins;
        this.clock = clock;
        // Of each area its own: they have different gateways.
        this.prefix = "inside#" + area + "#";
    }

    /** From here on the client is told by the agent. Throws what the client is told instead of the upgrade. */
    public void open(Handshake handshake, Sandbox sandbox, StreamTarget target) {
        var id = handshake.connectionId();
        SandboxAccess.atItsHost(sandbox, () -> {
            engine.streams(sandbox.id()).attach(sandbox.id(), id, new AttachStream(target, grants.of(sandbox, id)));
            return id;
        });
        var now = clock.instant();
        used.put(id, now);
        connections.add(
                Connection.opened(handshake, prefix + sandbox.id(), sandbox.organizationId(), "", null, 0, now));
    }

    /** For the same stream at the agent's own door. */
    public DirectTicket ticket(Sandbox sandbox, StreamTarget target) {
        return SandboxAccess.atItsHost(
                sandbox,
                () -> engine.streams(sandbox.id()).ticket(sandbox.id(), new TicketRequest(target, origins.all())));
    }

    @Override
    public boolean owns(String topic) {
        return topic.startsWith(prefix);
    }

    @Override
    public void carry(Connection connection, String text) {
        var sandboxId = sandbox(connection);
        try {
            noteUse(connection, sandboxId);
            switch (engine.streams(sandboxId).say(sandboxId, connection.id(), text)) {
                case YES -> {}
                case WITH_GRANT_ENDING -> renew(connection);
                // The agent that served it is no more; its successor has told the client, or we do.
                case BY_NOBODY -> end(connection, CloseCode.GOING_AWAY);
            }
        } catch (ApiException e) {
            LOG.warn("a message of {} did not reach its sandbox", connection.id(), e);
            end(connection, closeCode(e));
        }
    }

    /** The agent cannot ask for it: it is told whenever somebody speaks with it who could give it another. */
    private void renew(Connection connection) {
        var sandboxId = sandbox(connection);
        try {
            // Nobody uses the sandbox by that.
            var sandbox = store.find(connection.organizationId(), sandboxId);
            if (sandbox.isPresent()) {
                engine.streams(sandboxId).renew(sandboxId, connection.id(), grants.of(sandbox.get(), connection.id()));
            }
        } catch (ApiException e) {
            // There are other opportunities. When all are missed the agent ends the connection in time.
            LOG.warn("the right to write to {} is not renewed", connection.id(), e);
        }
    }

    /** Whoever types uses the sandbox; and whose sandbox has ended meanwhile is told so. */
    private void noteUse(Connection connection, String sandboxId) {
        var now = clock.instant();
        var last = used.getOrDefault(connection.id(), connection.connectedAt());
        if (!now.isBefore(last.plus(USE_NOTED))) {
            access.enter(connection.organizationId(), sandboxId);
            used.put(connection.id(), now);
        }
    }

    private static CloseCode closeCode(ApiException e) {
        return switch (e.failure().code()) {
            case SANDBOX_NOT_FOUND -> CloseCode.REMOVED;
            case SANDBOX_NOT_RUNNING -> CloseCode.NOT_RUNNING;
            default -> CloseCode.INTERNAL;
        };
    }

    private void end(Connection connection, CloseCode code) {
        outlet.close(connection.id(), code);
        connections.remove(connection);
        gone(connection);
    }

    @Override
    public void gone(Connection connection) {
        used.remove(connection.id());
        var sandboxId = sandbox(connection);
        try {
            engine.streams(sandboxId).detach(sandboxId, connection.id());
        } catch (ApiException e) {
            // It finds out as soon as it has something to say.
            LOG.warn(
                    "nobody could be told that {} is gone: {}",
                    connection.id(),
                    e.failure().message());
        }
    }

    /** A connection that its agent does not know, or cannot write to (any more), would be silent for ever. */
    @Override
    public void attend(String topic) {
        var sandboxId = topic.substring(prefix.length());
        var recent = clock.instant().minus(ATTACHING);
        Map<String, Boolean> served;
        try {
            served = engine.streams(sandboxId).attached(sandboxId).stream()
                    .collect(Collectors.toMap(ServedStream::connectionId, ServedStream::grantEnding));
        } catch (ApiException e) {
            var code = closeCode(e);
            if (code == CloseCode.INTERNAL) {
                throw e; // its agent does not answer just now
            }
            // Its machine ended without a word to anybody.
            connections.of(topic).forEach(connection -> end(connection, code));
            return;
        }
        for (var connection : connections.of(topic)) {
            var isEnding = served.get(connection.id());
            if (isEnding == null && connection.connectedAt().isBefore(recent)) {
                end(connection, CloseCode.GOING_AWAY);
            } else if (isEnding != null && isEnding) {
                renew(connection);
            }
        }
    }

    private String sandbox(Connection connection) {
        return connection.topic().substring(prefix.length());
    }
}
