package dev.elevo.platform.engine;

import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.microvm.Microvms;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The headers that lead through the proxy of a MicroVM to its agent, kept for most of their life: there are 50 a second for all. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class ProxyTokens {
    private static final int AGENT_PORT = 8080;
    private static final String PORT_HEADER = "X-aws-proxy-port";

    /** The longest there is. */
    private static final Duration LIFE = Duration.ofMinutes(60);

    private static final Duration USED = Duration.ofMinutes(45);

    private final Microvms microvms;
    private final Briefly<Map<String, String>> kept;

    ProxyTokens(Microvms microvms, InstantSource clock) {
        this.microvms = microvms;
        this.kept = new Briefly<>(USED, clock);
    }

    Map<String, String> of(String microvmId) {
        return kept.get(microvmId, id -> {
            var headers = new HashMap<>(microvms.token(id, AGENT_PORT, LIFE).headers());
            headers.put(PORT_HEADER, Integer.toString(AGENT_PORT));
            return Map.copyOf(headers);
        });
    }

    void forget(String microvmId) {
        kept.forget(microvmId);
    }
}
