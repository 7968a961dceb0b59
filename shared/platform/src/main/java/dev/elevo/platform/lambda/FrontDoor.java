package dev.elevo.platform.lambda;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content delivery network in front of API Gateway ({@code ELEVO_FRONT_DOOR_SECRET}). To the gateway it is the caller and the
 * host is the gateway's own; it tells who really calls and whom he means, and is believed by the secret that it shows. Who knows
 * another way to the gateway is himself the caller, whatever he says.
 */
@Singleton
final class FrontDoor {
    private static final String SECRET = "x-elevo-front-door";
    private static final String ADDRESS = "x-elevo-address";
    private static final String HOST = "x-elevo-host";

    private final String secret;

    FrontDoor(@Value("${elevo.front.door.secret:}") String secret) {
        this.secret = secret;
    }

    /**
     * Who has sent a request.
     *
     * @param headers without what only the front door may say
     */
    record Sender(@Nullable String address, Map<String, String> headers) {}

    /**
     * Reads what came.
     *
     * @param address as the gateway sees it
     */
    Sender sender(@Nullable String address, Map<String, String> sent) {
        var said = new LinkedHashMap<String, String>();
        var headers = new LinkedHashMap<String, String>();
        sent.forEach((name, value) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals(SECRET) || lower.equals(ADDRESS) || lower.equals(HOST)) {
                said.put(lower, value);
            } else {
                headers.put(name, value);
            }
        });
        if (!isIts(said.get(SECRET))) {
            return new Sender(address, headers);
        }
        var host = said.get(HOST);
        if (host != null) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("host"));
            headers.put("host", host);
        }
        return new Sender(said.getOrDefault(ADDRESS, address == null ? "unknown" : address), headers);
    }

    private boolean isIts(@Nullable String shown) {
        return shown != null
                && !secret.isBlank()
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }
}
