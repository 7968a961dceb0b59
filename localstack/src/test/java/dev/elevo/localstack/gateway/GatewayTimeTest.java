package dev.elevo.localstack.gateway;

import static dev.elevo.localstack.gateway.Running.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions and clients that take their time, and a gateway that closes meanwhile. */
@Timeout(60)
class GatewayTimeTest {
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void a_function_that_is_late_is_answered_for_and_not_heard_any_more() throws Exception {
        var go = new Semaphore(0);
        EventHandler slow = event -> {
            if (event.getRawPath().equals("/api/v1/slow")) {
                go.acquire();
            }
            return answer(event.getRawPath());
        };
        try (var gateway = new Running(slow, Running.limits(SHORT, LONG, LONG));
                var client = gateway.connect()) {
            var reply = client.get("/api/v1/slow");
            go.release();

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("retry-after")).isEqualTo("1");
            assertThat(reply.text()).contains("\"code\":9002", "\"name\":\"SERVICE_UNAVAILABLE\"");
            assertThat(client.get("/next").text()).isEqualTo("/next");
        }
    }

    @Test
    void a_client_that_stops_in_the_middle_of_its_request_is_left() throws IOException {
        try (var gateway = new Running(event -> answer("never"), Running.limits(LONG, SHORT, LONG));
                var client = gateway.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");

            assertThat(client.isEnded()).isTrue();
        }
    }

    /** Each byte would begin the time without traffic anew. */
    @Test
    void a_client_that_sends_its_headers_byte_by_byte_is_left() throws IOException {
        try (var gateway = new Running(event -> answer("never"), Running.limits(LONG, SHORT, LONG));
                var client = gateway.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

            assertThat(client.isEndedWhileSending('a')).isTrue();
        }
    }

    @Test
    void a_connection_without_requests_is_closed() throws IOException {
        try (var gateway = new Running(event -> answer("fine"), Running.limits(LONG, LONG, SHORT));
                var client = gateway.connect()) {
            assertThat(client.get("/").text()).isEqualTo("fine");

            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void a_function_at_work_is_no_silence() throws IOException {
        EventHandler works = event -> {
            new Semaphore(0).tryAcquire(2 * SHORT.toMillis(), TimeUnit.MILLISECONDS); // twice the idle time
            return answer("done");
        };
        try (var gateway = new Running(works, Running.limits(LONG, LONG, SHORT));
                var client = gateway.connect()) {
            assertThat(client.get("/").text()).isEqualTo("done");
        }
    }

    @Test
    void closing_answers_what_is_under_way_and_takes_nothing_new() throws Exception {
        var arrived = new CountDownLatch(1);
        var go = new Semaphore(0);
        EventHandler held = event -> {
            arrived.countDown();
            go.acquire();
            return answer("x".repeat(5_000_000));
        };
        var gateway = new Running(held);
        try (var working = gateway.connect();
                var idle = gateway.connect();
                var closer = Executors.newVirtualThreadPerTaskExecutor()) {
            working.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            arrived.await();

            var closed = closer.submit(gateway::close);
            assertThat(idle.isEnded()).isTrue();
            assertThatThrownBy(gateway::connect).isInstanceOf(ConnectException.class);
            go.release();

            var reply = working.read();
            assertThat(reply.octets()).hasSize(5_000_000);
            assertThat(reply.header("connection")).isEqualTo("close");
            closed.get();
        }
    }

    @Test
    void closing_waits_for_a_function_whose_client_has_gone() throws Exception {
        var arrived = new CountDownLatch(1);
        var go = new Semaphore(0);
        var done = new CountDownLatch(1);
        EventHandler held = event -> {
            arrived.countDown();
            go.acquire();
            done.countDown();
            return answer("for nobody");
        };
        var gateway = new Running(held);
        try (var closer = Executors.newVirtualThreadPerTaskExecutor()) {
            try (var client = gateway.connect()) {
                client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                arrived.await();
            }
            var closed = closer.submit(gateway::close);
            go.release();
            closed.get();

            assertThat(done.getCount()).isZero();
        }
    }
}
