package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.platform.sandbox.Sandbox;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Map;

/** Of API Gateway: a session of a role, restricted to the one connection. It lasts an hour, and is followed by another. */
@Singleton
@Requires(beans = RoleConfiguration.class)
final class RoleGrants implements ConnectionGrants {
    private final StreamsConfiguration connections;
    private final RoleConfiguration configuration;
    private final RoleSessions sessions;

    RoleGrants(StreamsConfiguration connections, RoleConfiguration configuration, RoleSessions sessions) {
        this.connections = connections;
        this.configuration = configuration;
        this.sessions = sessions;
    }

    @Override
    public ConnectionGrant of(Sandbox sandbox, String connectionId) {
        if (!sandbox.settings().network().internet()) {
            // API Gateway offers no endpoint inside a network for what writes to WebSockets.
            throw new Failure.Refused(
                            ErrorCode.NOT_IMPLEMENTED,
                            "A sandbox without network cannot write to a WebSocket",
                            Map.of("feature", "streaming without network"))
                    .asException();
        }
        var policy = ConnectionPolicy.of(configuration.stage(), connectionId);
        return ConnectionGrant.byKey(connections.connection(connectionId), sessions.begin(sandbox.id(), policy));
    }
}
