package dev.elevo.platform.engine;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.PortRoute;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.util.Map;

/** All ways lead to the one agent on this machine, and it has one address. */
@Singleton
@Requires(property = "elevo.engine", notEquals = "microvm")
final class LocalAgent implements AgentAddresses, AgentRoutes, PortRoutes {
    private final AgentAddress address;
    private final CapabilityIssuer capabilities;

    LocalAgent(AgentConfiguration configuration, CapabilityIssuer capabilities) {
        var url = configuration.url();
        if (url == null || url.isBlank()) {
            throw new ConfigurationException("ELEVO_AGENT_URL is not set: there is nowhere to run sandboxes");
        }
        this.address = new AgentAddress(url.endsWith("/") ? url.substring(0, url.length() - 1) : url, Map.of());
        this.capabilities = capabilities;
    }

    @Override
    public AgentAddress of(String sandboxId, Operation operation) {
        return address;
    }

    @Override
    public AgentAddress anew(String sandboxId, Operation operation) {
        return address;
    }

    @Override
    public String to(String sandboxId, String path) {
        return address.url() + path;
    }

    @Override
    public PortRoute to(String sandboxId, int port) {
        var path = AgentPaths.PORT.replace("{sandboxId}", sandboxId).replace("{port}", Integer.toString(port));
        return new PortRoute(address.url() + path, capabilities.token(sandboxId, Operation.PORT));
    }
}
