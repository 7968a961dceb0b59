package dev.elevo.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector gets, and that nobody waits for one. */
class OtlpSpansTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PATH = "/api/v1/fixture/address";

    private final List<Map<String, Object>> spans = new CopyOnWriteArrayList<>();
    private HttpServer collector;

    @BeforeEach
    void open() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            try (exchange) {
                spans.addAll(read(exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
    }

    @AfterEach
    void close() {
        collector.stop(0);
    }

    @Test
    void a_collector_gets_what_is_sampled_with_its_place_in_the_trace() {
        try (var fixture = FixtureFunction.start(Map.of("elevo.otlp.url", url()))) {
            fixture.answer(Events.get(PATH)
                    .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
                    .header("tracestate", "a=b"));
            fixture.answer(Events.get(PATH).header("traceparent", "00-" + TRACE + "-aaaaaaaaaaaaaaaa-00"));
            fixture.answer(Events.get("/api/v1/nothing"));
            Eventually.await(() -> spans.size() == 2);
        }

        assertThat(spans.getFirst())
                .containsEntry("traceId", TRACE)
                .containsEntry("parentSpanId", "b7ad6b7169203331")
                .containsEntry("traceState", "a=b")
                .containsEntry("name", "GET " + PATH)
                .containsEntry("kind", 2)
                .doesNotContainKey("status");
        assertThat(Long.parseLong(String.valueOf(spans.getFirst().get("endTimeUnixNano"))))
                .isGreaterThan(Long.parseLong(String.valueOf(spans.getFirst().get("startTimeUnixNano"))));
        assertThat(String.valueOf(spans.getFirst().get("attributes"))).contains("http.response.status_code");
        assertThat(spans.getLast()).containsEntry("name", "ANY other").doesNotContainKey("parentSpanId");
    }

    @Test
    void a_collector_that_is_not_there_costs_no_request() {
        collector.stop(0);
        try (var fixture = FixtureFunction.start(Map.of("elevo.otlp.url", url()))) {
            assertThat(fixture.answer(Events.get(PATH)).status()).isEqualTo(200);
        }
    }

    @Test
    void nothing_is_collected_unless_somebody_said_where() {
        try (var fixture = FixtureFunction.start(Map.of())) {
            fixture.answer(Events.get(PATH).header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01"));

            assertThat(fixture.function().context().getBeansOfType(SpanListener.class))
                    .isEmpty();
        }
        assertThat(spans).isEmpty();
    }

    private String url() {
        return "http://127.0.0.1:" + collector.getAddress().getPort();
    }

    private static List<Map<String, Object>> read(byte[] body) throws IOException {
        var read = Objects.requireNonNull(
                JsonMapper.createDefault().readValue(body, Argument.mapOf(String.class, Object.class)));
        var found = new ArrayList<Map<String, Object>>();
        collect(read, found);
        return found;
    }

    /** However deep. */
    private static void collect(Object value, List<Map<String, Object>> found) {
        if (value instanceof Map<?, ?> map) {
            if (map.containsKey("traceId")) {
                @SuppressWarnings("unchecked") // an object of JSON
                var span = (Map<String, Object>) map;
                found.add(span);
            }
            map.values().forEach(inner -> collect(inner, found));
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> collect(inner, found));
        }
    }
}
