package dev.elevo.platform.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.RequestId;
import dev.elevo.contract.trace.TraceContext;
import dev.elevo.platform.metrics.RequestCounter;
import dev.elevo.platform.trace.Span;
import dev.elevo.platform.trace.SpanListener;
import dev.elevo.platform.trace.Trace;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.JsonMapper;
import io.micronaut.servlet.http.ServletHttpResponse;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.MDC;

/** Where a request enters and its encoded answer leaves: its id, the headers every answer carries, the access log. */
@Singleton
public final class Edge {
    private static final String CLIENT_TYPE = "X-Client-Type";
    private static final String MDC_KEY = "requestId";

    private final AccessLog accessLog;
    private final Envelopes envelopes;
    private final JsonMapper json;
    private final RequestCounter counter;
    private final List<SpanListener> spans;

    Edge(AccessLog accessLog, Envelopes envelopes, JsonMapper json, RequestCounter counter, List<SpanListener> spans) {
        this.counter = counter;
        this.spans = List.copyOf(spans);
        this.accessLog = accessLog;
        this.envelopes = envelopes;
        this.json = json;
    }

    public void enter(HttpRequest<?> request) {
        var requestId = requestId(request);
        MDC.put(MDC_KEY, requestId);
        var headers = request.getHeaders();
        Trace.of(headers.get(TraceContext.TRACE_PARENT), headers.get(TraceContext.TRACE_STATE), !spans.isEmpty())
                .enter();
        new Call(requestId, clientType(request), RawRequest.of(request).remoteAddress()).enter(request);
    }

    public void leave(HttpRequest<?> request, ServletHttpResponse<?, ?> response, boolean hasBody) {
        var call = Call.of(request);
        if (!hasBody && response.code() >= 400 && request.getMethod() != HttpMethod.HEAD) {
            // It could not even be encoded; no error leaves without its envelope.
            write(request, response, new Failure.Refused(ErrorCode.INTERNAL_ERROR, "Internal error"));
        }
        addHeaders(call, response);
        accessLog.write(request, call, response.code());
        var series = series(call, response.code());
        counter.count(series, call.elapsedNanos());
        Trace.current().filter(trace -> trace.context().sampled()).ifPresent(trace -> tell(trace, series, call));
        Trace.leave();
        MDC.remove(MDC_KEY);
    }

    private void tell(Trace trace, RequestCounter.Series series, Call call) {
        if (!spans.isEmpty()) {
            var end = Instant.now();
            var span = new Span(
                    trace,
                    series.method() + " " + series.endpoint(),
                    end.minusNanos(call.elapsedNanos()),
                    end,
                    series.status(),
                    Map.of(
                            "http.request.method",
                            series.method(),
                            "http.route",
                            series.endpoint(),
                            "http.response.status_code",
                            Integer.toString(series.status()),
                            "elevo.request_id",
                            call.requestId()));
            spans.forEach(listener -> listener.ended(span));
        }
    }

    /** What nobody serves is one series: its paths are as many as callers can think of. */
    private static RequestCounter.Series series(Call call, int status) {
        return call.endpoint()
                .map(endpoint -> new RequestCounter.Series(
                        endpoint.method().name(), endpoint.template(), call.clientType(), status))
                .orElseGet(() -> new RequestCounter.Series("ANY", "other", call.clientType(), status));
    }

    /** In the place of an answer of which nothing is written yet. */
    public void write(HttpRequest<?> request, ServletHttpResponse<?, ?> response, Failure failure) {
        response.status(envelopes.status(request, failure), null);
        response.contentType(MediaType.APPLICATION_JSON_TYPE);
        if (failure instanceof Failure.Unavailable away) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(away.retryAfterSeconds()));
        }
        try {
            response.getOutputStream().write(json.writeValueAsBytes(envelopes.render(request, failure)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addHeaders(Call call, MutableHttpResponse<?> response) {
        var headers = response.getHeaders();
        headers.set(RequestId.HEADER, call.requestId());
        call.limit().ifPresent(decision -> {
            headers.set("X-RateLimit-Limit", Integer.toString(decision.limit()));
            headers.set("X-RateLimit-Remaining", Integer.toString(decision.remaining()));
            // Rounded up: at the second that is told, the bucket is full.
            headers.set(
                    "X-RateLimit-Reset",
                    Long.toString(decision.resetAt().plusNanos(999_999_999).getEpochSecond()));
        });
    }

    private static String requestId(HttpRequest<?> request) {
        return RequestId.of(request.getHeaders().get(RequestId.HEADER));
    }

    private static String clientType(HttpRequest<?> request) {
        var sent = request.getHeaders().get(CLIENT_TYPE);
        if (sent != null) {
            return switch (sent.toLowerCase(Locale.ROOT)) {
                case "web", "electron", "flutter", "sdk", "cli" -> sent.toLowerCase(Locale.ROOT);
                default -> "other";
            };
        }
        var agent = request.getHeaders().get(HttpHeaders.USER_AGENT);
        if (agent != null && agent.contains("Electron")) {
            return "electron";
        }
        return agent != null && agent.contains("Flutter") ? "flutter" : "web";
    }
}
