package dev.elevo.platform.streams;

import io.micronaut.context.annotation.Value;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where connections are written to.
 *
 * @param url of the WebSocket API's stage ({@code ELEVO_CONNECTIONS_URL}); {@code /@connections/<id>} follows
 * @param secret that opens a local gateway ({@code ELEVO_CONNECTIONS_SECRET}); without it requests are signed as AWS wants it
 * @param region to sign for
 */
@Singleton
record StreamsConfiguration(
        @Value("${elevo.connections.url:}") String url,
        @Value("${elevo.connections.secret:}") String secret,
        @Value("${aws.region:us-east-1}") String region) {
    /** Where one connection is written to and ended. */
    String connection(String id) {
        if (url.isBlank()) {
            throw new ConfigurationException("ELEVO_CONNECTIONS_URL is not set: there is nobody to write to");
        }
        return url + "/@connections/"
                + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return "StreamsConfiguration[" + url + "]";
    }
}
