package dev.elevo.platform.trace;

import dev.elevo.platform.outbound.OutboundHttp;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.json.JsonMapper;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector in OpenTelemetry's protocol, over HTTP and as JSON, where it is told of one ({@code ELEVO_OTLP_URL}). It
 * works beside the requests: what a collector does not take in time is lost, and no request waits for it.
 */
@Singleton
@Requires(property = "elevo.otlp.url", pattern = "https?://.+")
final class OtlpSpans implements SpanListener {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpSpans.class);
    private static final int MOST_WAITING = 2048;
    private static final int MOST_TOGETHER = 512;
    private static final int KIND_SERVER = 2;
    private static final int STATUS_ERROR = 2;

    /** In which what ends about the same time comes together. */
    private static final Duration GATHERING = Duration.ofMillis(200);

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicBoolean sending = new AtomicBoolean();
    private final OutboundHttp http;
    private final URI target;
    private final String service;
    private final JsonMapper json;

    OtlpSpans(
            OutboundHttp http,
            @Value("${elevo.otlp.url}") String url,
            @Value("${elevo.area:none}") String area,
            JsonMapper json) {
        this.http = http;
        this.target = URI.create(url.replaceFirst("/+$", "") + "/v1/traces");
        this.service = "elevo-" + area;
        this.json = json;
    }

    @Override
    public void ended(Span span) {
        if (waiting.offer(span) && sending.compareAndSet(false, true)) {
            Thread.ofVirtual().name("spans").start(this::sendAll);
        }
    }

    private void sendAll() {
        try {
            do {
                Thread.sleep(GATHERING);
                for (var next = take(); !next.isEmpty(); next = take()) {
                    send(next);
                }
                sending.set(false);
                // One that came meanwhile has found somebody sending.
            } while (!waiting.isEmpty() && sending.compareAndSet(false, true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Span> take() {
        var next = new ArrayList<Span>();
        waiting.drainTo(next, MOST_TOGETHER);
        return next;
    }

    private void send(List<Span> spans) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(target)
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(message(spans))))
                    .build();
            var answer = http.send(request, BodyHandlers.discarding());
            if (answer.statusCode() >= 300) {
                LOG.warn("{} spans are lost: the collector answered {}", spans.size(), answer.statusCode());
            }
        } catch (IOException e) {
            LOG.warn("{} spans are lost: {}", spans.size(), e.toString());
        }
    }

    private Map<String, Object> message(List<Span> spans) {
        return Map.of(
                "resourceSpans",
                List.of(Map.of(
                        "resource",
                        Map.of("attributes", attributes(Map.of("service.name", service))),
                        "scopeSpans",
                        List.of(Map.of(
                                "scope",
                                Map.of("name", "dev.elevo"),
                                "spans",
                                spans.stream().map(OtlpSpans::message).toList())))));
    }

    private static Map<String, Object> message(Span span) {
        var message = new LinkedHashMap<String, Object>();
        message.put("traceId", span.trace().context().traceId());
        message.put("spanId", span.trace().context().spanId());
        var parent = span.trace().parent();
        if (parent != null) {
            message.put("parentSpanId", parent);
        }
        var state = span.trace().state();
        if (state != null) {
            message.put("traceState", state);
        }
        message.put("name", span.name());
        message.put("kind", KIND_SERVER);
        message.put("startTimeUnixNano", nanos(span.begun()));
        message.put("endTimeUnixNano", nanos(span.ended()));
        message.put("attributes", attributes(span.attributes()));
        if (span.hasFailed()) {
            message.put("status", Map.of("code", STATUS_ERROR));
        }
        return message;
    }

    private static List<Map<String, Object>> attributes(Map<String, String> attributes) {
        return attributes.entrySet().stream()
                .<Map<String, Object>>map(
                        entry -> Map.of("key", entry.getKey(), "value", Map.of("stringValue", entry.getValue())))
                .toList();
    }

    /** As text: JSON's numbers are too short for it. */
    private static String nanos(Instant time) {
        return Long.toString(time.getEpochSecond()) + String.format(Locale.ROOT, "%09d", time.getNano());
    }

    @PreDestroy
    void close() throws InterruptedException {
        var left = take();
        if (!left.isEmpty()) {
            send(left);
        }
        http.close();
    }
}
