package dev.elevo.platform.engine;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/**
 * Where the agent is ({@code ELEVO_AGENT_URL}) and the key that signs capabilities for it ({@code ELEVO_AGENT_SIGNING_KEY}).
 *
 * @param signingKey Ed25519, PKCS #8, base64
 */
@ConfigurationProperties("elevo.agent")
public record AgentConfiguration(
        @Nullable String url, @Nullable String signingKey) {}
