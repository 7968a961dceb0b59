package dev.elevo.localstack.gateway;

import java.time.Duration;

/** What API Gateway and Lambda allow, so that nothing works here that would not work there. */
final class Limits {
    /** Of one request to an HTTP API. */
    static final int BODY_BYTES = 10 * 1024 * 1024;

    /** Request line and headers together. */
    static final int HEAD_BYTES = 10_240;

    /** Of a Lambda invocation's event, and of its answer. */
    static final int PAYLOAD_BYTES = 6 * 1024 * 1024;

    static final Duration INTEGRATION_TIME = Duration.ofSeconds(30);

    /** In which a client must have sent its request whole. */
    static final Duration REQUEST_TIME = Duration.ofSeconds(60);

    /** After which a connection without requests is closed. */
    static final Duration IDLE_TIME = Duration.ofSeconds(75);

    private Limits() {}
}
