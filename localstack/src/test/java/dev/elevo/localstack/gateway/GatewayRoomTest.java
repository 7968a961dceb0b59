package dev.elevo.localstack.gateway;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.localstack.gateway.Running.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.room.CallRoom;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that need much of the heap which all share here. */
@Timeout(60)
final class GatewayRoomTest {
    private static final long ALL = 1L << 40;

    /** More than sockets keep of what nobody reads. */
    private static final String LARGE = "x".repeat(5 << 20);

    private final Queue<Thread> asking = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();

    private final EventHandler greedy = event -> {
        asking.add(Thread.currentThread());
        CallRoom.take(ALL);
        served.incrementAndGet();
        return switch (event.getRawPath()) {
            case "/large" -> answer(LARGE);
            case "/empty" -> answer("");
            case "/fails" -> throw new IllegalStateException("as asked");
            default -> answer("fine");
        };
    };

    @Test
    void room_is_given_back_with_every_answer() throws Exception {
        try (var gateway = new Running(greedy);
                var client = gateway.connect()) {
            assertThat(client.get("/large").text()).isEqualTo(LARGE);
            assertThat(client.get("/empty").status()).isEqualTo(200);
            assertThat(client.get("/fails").status()).isEqualTo(500);
            assertThat(client.get("/fine").text()).isEqualTo("fine");
        }
    }

    @Test
    void an_answer_that_nobody_reads_has_its_room_until_its_client_is_gone() throws Exception {
        try (var gateway = new Running(greedy);
                var next = gateway.connect()) {
            try (var idle = gateway.connect()) {
                idle.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
                await(() -> served.get() == 1);
                next.send("GET /fine HTTP/1.1\r\nHost: localhost\r\n\r\n");
                await(() -> asking.size() == 2);
                asking.remove();
                // It is on its way, and as much of it as sockets take has left.
                assertThat(idle.readHead().status()).isEqualTo(200);
                await(() -> asking.element().getState() == Thread.State.TIMED_WAITING);
            }

            assertThat(next.read().text()).isEqualTo("fine");
        }
    }
}
