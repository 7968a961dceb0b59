package dev.elevo.platform.trace;

import java.time.Instant;
import java.util.Map;

/**
 * What one request was in its trace.
 *
 * @param status of HTTP
 * @param attributes by the names that OpenTelemetry has for them
 */
public record Span(Trace trace, String name, Instant begun, Instant ended, int status, Map<String, String> attributes) {
    public Span {
        attributes = Map.copyOf(attributes);
    }

    /** What the client did wrong is no failure of ours. */
    boolean hasFailed() {
        return status >= 500;
    }
}
