package dev.elevo.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.LoggingEvent;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TraceConverterTest {
    private static final String HEADER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final String IDS = "0af7651916cd43dd8448eb211c80319c b7ad6b7169203331";

    private final TraceConverter converter = new TraceConverter();

    @Test
    void a_line_has_the_trace_of_the_call_under_way() {
        assertThat(during(HttpRequest.GET("/").header("traceparent", HEADER))).isEqualTo(IDS);
        assertThat(during(HttpRequest.GET("/"))).isEqualTo("- -");
        assertThat(convert(Map.of())).isEqualTo("- -");
    }

    @Test
    void what_is_no_trace_does_not_come_into_the_log() {
        assertThat(during(HttpRequest.GET("/").header("traceparent", "00-forged line")))
                .isEqualTo("- -");
    }

    @Test
    void who_works_beside_the_framework_says_it_himself() {
        assertThat(convert(Map.of("traceId", "t", "spanId", "s"))).isEqualTo("t s");
    }

    private String during(HttpRequest<?> request) {
        return ServerRequestContext.with(request, (Supplier<String>) () -> convert(Map.of()));
    }

    private String convert(Map<String, String> said) {
        var event = new LoggingEvent();
        event.setMDCPropertyMap(said);
        return converter.convert(event);
    }
}
