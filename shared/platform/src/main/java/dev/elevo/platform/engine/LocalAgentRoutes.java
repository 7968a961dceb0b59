package dev.elevo.platform.engine;

import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;

/** There is one agent, and it has one address. */
@Singleton
final class LocalAgentRoutes implements AgentRoutes {
    private final String url;

    LocalAgentRoutes(AgentConfiguration configuration) {
        var configured = configuration.url();
        if (configured == null || configured.isBlank()) {
            throw new ConfigurationException("ELEVO_AGENT_URL is not set: there is nowhere to run sandboxes");
        }
        this.url = configured.endsWith("/") ? configured.substring(0, configured.length() - 1) : configured;
    }

    @Override
    public String to(String sandboxId, String path) {
        return url + path;
    }
}
