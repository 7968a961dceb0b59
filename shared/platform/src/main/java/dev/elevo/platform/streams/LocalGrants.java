package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ConnectionGrant;
import jakarta.inject.Singleton;
import java.util.Map;

/** Of the local gateway, whose secret is known. */
@Singleton
final class LocalGrants implements ConnectionGrants {
    private final StreamsConfiguration configuration;

    LocalGrants(StreamsConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public ConnectionGrant of(String connectionId) {
        if (configuration.secret().isBlank()) {
            throw new Failure.Refused(
                            ErrorCode.NOT_IMPLEMENTED,
                            "This deployment has no streams of sandboxes behind its gateway",
                            Map.of("feature", "streaming"))
                    .asException();
        }
        return new ConnectionGrant(
                configuration.connection(connectionId),
                "Bearer " + ConnectionToken.of(configuration.secret(), connectionId));
    }
}
