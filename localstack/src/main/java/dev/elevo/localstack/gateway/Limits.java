package dev.elevo.localstack.gateway;

import java.time.Duration;

/**
 * What API Gateway and Lambda allow, so that nothing works here that would not work there.
 *
 * @param bodyBytes of one request to an HTTP API
 * @param headBytes request line and headers together
 * @param payloadBytes of a Lambda invocation's event, and of its answer, as JSON
 * @param integrationTime in which a function must have answered
 * @param requestTime in which a client must have sent its request whole
 * @param idleTime after which a connection without requests is closed
 */
record Limits(
        int bodyBytes,
        int headBytes,
        int payloadBytes,
        Duration integrationTime,
        Duration requestTime,
        Duration idleTime) {
    static final Limits CLOUD = new Limits(
            10 * 1024 * 1024,
            10_240,
            6 * 1024 * 1024,
            Duration.ofSeconds(29), // as deployed; an HTTP API would wait a second longer
            Duration.ofSeconds(60),
            Duration.ofSeconds(75));
}
