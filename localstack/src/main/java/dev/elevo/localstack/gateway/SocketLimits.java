package dev.elevo.localstack.gateway;

import java.time.Duration;

/**
 * What an API for WebSockets allows, and the two times the contract wants shorter.
 *
 * @param frameBytes of one frame, in either direction
 * @param messageBytes of one message, in either direction
 * @param bufferBytes that wait for a client which does not read
 * @param silence after which a client is taken for gone
 * @param life of a connection
 */
record SocketLimits(int frameBytes, int messageBytes, int bufferBytes, Duration silence, Duration life) {
    static final SocketLimits CLOUD =
            new SocketLimits(32 * 1024, 128 * 1024, 1024 * 1024, Duration.ofSeconds(90), Duration.ofHours(2));
}
