package dev.elevo.agent.room;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.room.HeapRoom;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AnswerRoomTest {
    private static final long MEGABYTE = 1 << 20;

    private final AnswerRoom room =
            new AnswerRoom(new HeapRoom(8 * MEGABYTE, HeapRoom.Use.ANSWERS, Duration.ofMillis(50)));

    private void take(HttpRequest<?> request, long length) {
        ServerRequestContext.with(request, () -> room.take(length));
    }

    private void end(HttpRequest<?> request) {
        room.onApplicationEvent(new HttpRequestTerminatedEvent(request));
    }

    @Test
    void an_answer_has_its_room_until_it_has_left() {
        var first = HttpRequest.GET("/1");
        var second = HttpRequest.GET("/2");
        take(first, 2 * MEGABYTE);

        assertThatThrownBy(() -> take(second, MEGABYTE))
                .satisfies(refused ->
                        assertThat(((ApiException) refused).failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED));
        end(first);
        take(second, MEGABYTE);
        take(first, MEGABYTE);
    }

    @Test
    void whoever_is_full_is_waited_for() throws InterruptedException {
        var patient = new AnswerRoom(new HeapRoom(8 * MEGABYTE, HeapRoom.Use.ANSWERS, Duration.ofMinutes(1)));
        var first = HttpRequest.GET("/1");
        ServerRequestContext.with(first, () -> patient.take(2 * MEGABYTE));
        var second = Thread.ofVirtual()
                .start(() -> ServerRequestContext.with(HttpRequest.GET("/2"), () -> patient.take(MEGABYTE)));
        await(() -> second.getState() == Thread.State.TIMED_WAITING);

        patient.onApplicationEvent(new HttpRequestTerminatedEvent(first));

        assertThat(second.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void one_that_is_larger_than_all_of_it_takes_all_of_it() {
        var whole = HttpRequest.GET("/1");
        take(whole, 100 * MEGABYTE);
        take(whole, 100 * MEGABYTE);

        assertThatThrownBy(() -> take(HttpRequest.GET("/2"), HeapRoom.SMALL)).isInstanceOf(ApiException.class);
        end(whole);
        take(HttpRequest.GET("/3"), 2 * MEGABYTE);
    }

    @Test
    void small_ones_take_none() {
        for (int i = 0; i < 1000; i++) {
            take(HttpRequest.GET("/" + i), HeapRoom.SMALL - 1);
        }
    }

    @Test
    void what_grows_takes_as_it_grows() {
        var request = HttpRequest.GET("/1");
        ServerRequestContext.with(request, () -> {
            var growing = room.growing();
            for (long length = 0; length < 2 * MEGABYTE; length += 1024) {
                growing.by(1024);
            }
        });

        assertThatThrownBy(() -> take(HttpRequest.GET("/2"), HeapRoom.SMALL)).isInstanceOf(ApiException.class);
        end(request);
        take(HttpRequest.GET("/3"), 2 * MEGABYTE);
    }

    @Test
    void whoever_takes_for_a_client_that_has_gone_keeps_nothing() {
        var gone = HttpRequest.GET("/1");
        take(gone, MEGABYTE);
        end(gone);
        take(gone, MEGABYTE);

        take(HttpRequest.GET("/2"), 2 * MEGABYTE);
    }

    @Test
    void without_a_request_nothing_is_taken() {
        room.take(100 * MEGABYTE);

        take(HttpRequest.GET("/1"), 2 * MEGABYTE);
    }
}
