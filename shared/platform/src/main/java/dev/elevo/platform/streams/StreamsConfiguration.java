package dev.elevo.platform.streams;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

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
    @Override
    public String toString() {
        return "StreamsConfiguration[" + url + "]";
    }
}
