package dev.elevo.platform.streams;

import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.platform.engine.AgentConfiguration;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the agent's own door is for somebody who has reached us by a host. Who sits at our machine goes to the agent itself; for
 * others the gateway passes the bytes on, since an agent listens on the loopback only.
 */
@Singleton
public final class DirectAddress {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final String agent;

    DirectAddress(AgentConfiguration configuration) {
        var url = configuration.url();
        this.agent = url == null ? "" : url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    public String reachedBy(HttpRequest<?> request) {
        var host = StreamAddress.host(request);
        var name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return LOOPBACK.contains(name)
                ? agent.replaceFirst("^http", "ws") + AgentPaths.DIRECT
                : StreamAddress.scheme(request) + "://" + host + AgentPaths.DIRECT;
    }
}
