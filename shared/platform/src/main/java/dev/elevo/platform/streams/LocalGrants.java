package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.platform.sandbox.Sandbox;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Map;

/** Of the local gateway, whose secret is known. */
@Singleton
@Requires(missingProperty = RoleConfiguration.ROLE)
final class LocalGrants implements ConnectionGrants {
    private final StreamsConfiguration configuration;

    LocalGrants(StreamsConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public ConnectionGrant of(Sandbox sandbox, String connectionId) {
        if (configuration.secret().isBlank()) {
            throw new Failure.Refused(
                            ErrorCode.NOT_IMPLEMENTED,
                            "This deployment has no streams of sandboxes behind its gateway",
                            Map.of("feature", "streaming"))
                    .asException();
        }
        return ConnectionGrant.byHeader(
                configuration.connection(connectionId),
                "Bearer " + ConnectionToken.of(configuration.secret(), connectionId));
    }
}
