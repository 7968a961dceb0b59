package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PortRoute;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;

/** All ways lead through the one agent on this machine. */
@Singleton
final class AgentPortRoutes implements PortRoutes {
    private final String url;
    private final CapabilityIssuer capabilities;

    AgentPortRoutes(AgentConfiguration configuration, CapabilityIssuer capabilities) {
        var configured = configuration.url();
        if (configured == null || configured.isBlank()) {
            throw new ConfigurationException("ELEVO_AGENT_URL is not set: there is nowhere to run sandboxes");
        }
        this.url = configured.endsWith("/") ? configured.substring(0, configured.length() - 1) : configured;
        this.capabilities = capabilities;
    }

    @Override
    public PortRoute to(String sandboxId, int port) {
        var path = AgentPaths.PORT.replace("{sandboxId}", sandboxId).replace("{port}", Integer.toString(port));
        return new PortRoute(url + path, capabilities.token(sandboxId, Operation.PORT));
    }
}
