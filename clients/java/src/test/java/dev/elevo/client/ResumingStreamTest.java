package dev.elevo.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elevo.client.StreamConnection.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResumingStreamTest {
    private final List<String> heard = new ArrayList<>();
    private final List<@Nullable String> cursors = new ArrayList<>();
    private final Queue<Line> lines = new ArrayDeque<>();
    private final List<Duration> waited = new ArrayList<>();
    private final Retries retries = new Retries(3, new Random(1), (wait, over) -> waited.add(wait));
    private final ResumingStream stream = new ResumingStream(this::connect, retries, null);

    @Test
    void after_a_break_it_goes_on_behind_what_was_heard() {
        lines.add(new Line(data("one", "c1"), data("two", "c2"), closed(1001)));
        lines.add(new Line(closed(StreamConnection.LOST)));
        lines.add(new Line(data("three", "c3"), exit(0)));

        var exit = stream.follow(this::hear);

        assertThat(heard).containsExactly("one", "two", "three");
        assertThat(cursors).containsExactly(null, "c2", "c2");
        assertThat(Objects.requireNonNull(exit).path("exitCode").asInt()).isZero();
    }

    @Test
    void as_long_as_something_comes_it_may_break_as_often_as_it_likes() {
        for (var i = 0; i < 10; i++) {
            lines.add(new Line(data("x", "c" + i), closed(1013)));
        }
        lines.add(new Line(exit(0)));

        stream.follow(this::hear);

        assertThat(heard).hasSize(10);
    }

    @Test
    void it_does_not_go_on_for_ever_when_nothing_comes() {
        for (var i = 0; i < 100; i++) {
            lines.add(new Line(closed(StreamConnection.LOST)));
        }

        assertThatThrownBy(() -> stream.follow(this::hear)).isInstanceOf(UnreachableException.class);
        assertThat(waitedInAll()).isBetween(Outage.LONGEST, Outage.LONGEST.plusSeconds(10));
    }

    @Test
    void a_service_that_is_away_is_waited_for_by_who_was_connected() {
        lines.add(new Line(data("one", "c1"), closed(1001)));
        away(10);
        lines.add(new Line(data("two", "c2"), exit(0)));

        stream.follow(this::hear);

        assertThat(heard).containsExactly("one", "two");
        assertThat(cursors).hasSize(12).last().isEqualTo("c1");
    }

    @Test
    void but_not_for_ever() {
        lines.add(new Line(data("one", "c1"), closed(1001)));
        away(100);

        assertThatThrownBy(() -> stream.follow(this::hear)).isInstanceOf(UnreachableException.class);
        assertThat(waitedInAll()).isBetween(Outage.LONGEST, Outage.LONGEST.plusSeconds(10));
    }

    @Test
    void nor_by_who_never_reached_it() {
        away(10);

        assertThatThrownBy(() -> stream.follow(this::hear)).isInstanceOf(UnreachableException.class);
        assertThat(cursors).hasSize(4);
    }

    @Test
    void that_somebody_is_there_is_something_that_comes() {
        for (var i = 0; i < 100; i++) {
            lines.add(new Line(json("{\"type\":\"pong\"}"), closed(StreamConnection.LOST)));
        }
        lines.add(new Line(exit(0)));

        stream.follow(this::hear);

        assertThat(cursors).hasSize(101);
    }

    private void away(int times) {
        for (var i = 0; i < times; i++) {
            var nobody = new Line();
            nobody.isThere = false;
            lines.add(nobody);
        }
    }

    private Duration waitedInAll() {
        return waited.stream().reduce(Duration.ZERO, Duration::plus);
    }

    @Test
    void a_refusal_is_not_something_that_comes() {
        for (var i = 0; i < 10; i++) {
            lines.add(new Line(
                    json(
                            "{\"type\":\"error\",\"data\":{\"code\":9003,\"name\":\"RATE_LIMITED\",\"message\":\"no\",\"details\":{\"retryAfter\":7}}}"),
                    closed(4429)));
        }

        var refused = catchThrowableOfType(ApiException.class, () -> stream.follow(this::hear));

        assertThat(refused.code()).isEqualTo(9003);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(cursors).hasSize(4);
        assertThat(waited).hasSize(3).allMatch(wait -> wait.compareTo(Duration.ofSeconds(7)) >= 0);
    }

    @Test
    void a_subscription_tells_that_some_may_have_been_missed() {
        var status = "{\"type\":\"event\",\"data\":{\"event\":\"sandbox_status\",\"sandboxId\":\"sbx-1\"}}";
        lines.add(new Line(json(status), closed(1001)));
        lines.add(new Line(json(status), closed(1000)));

        assertThat(told()).containsExactly("sandbox_status", SandboxEvent.GAP, "sandbox_status");
    }

    @Test
    void what_goes_on_where_it_was_has_missed_nothing() {
        lines.add(new Line(status("c1"), closed(1001)));
        lines.add(new Line(json("{\"type\":\"pong\",\"cursor\":\"c2\"}"), closed(1001)));
        lines.add(new Line(status("c3"), closed(1000)));

        assertThat(told()).containsExactly("sandbox_status", "sandbox_status");
        assertThat(cursors).containsExactly(null, "c1", "c2");
    }

    @Test
    void that_a_place_is_not_kept_any_more_is_told() {
        lines.add(new Line(status("c1"), closed(1001)));
        lines.add(new Line(
                json(
                        "{\"type\":\"error\",\"data\":{\"code\":9004,\"name\":\"VALIDATION_ERROR\",\"message\":\"too old\"}}"),
                status("c7"),
                closed(1000)));

        assertThat(told()).containsExactly("sandbox_status", SandboxEvent.GAP, "sandbox_status");
    }

    private static Event status(String cursor) {
        return json(
                "{\"type\":\"event\",\"cursor\":\"%s\",\"data\":{\"event\":\"sandbox_status\",\"sandboxId\":\"sbx-1\"}}"
                        .formatted(cursor));
    }

    private List<String> told() {
        var told = new ArrayList<String>();
        try (var events = new Subscription<>(this::connect, retries, SandboxEvent.class, SandboxEvent.gap())) {
            events.follow(event -> told.add(event.event()));
        }
        return told;
    }

    @Test
    void what_is_gone_does_not_come_back() {
        lines.add(new Line(data("one", "c1"), closed(4409)));

        var refused = catchThrowableOfType(ApiException.class, () -> stream.follow(this::hear));

        assertThat(refused.code()).isEqualTo(2003);
        assertThat(cursors).hasSize(1);
    }

    @Test
    void the_reason_is_the_services_own_where_it_gave_one() {
        lines.add(new Line(
                json("{\"type\":\"error\",\"data\":{\"code\":4001,\"name\":\"PROCESS_NOT_FOUND\",\"message\":\"no\"}}"),
                closed(4404)));

        var refused = catchThrowableOfType(ApiException.class, () -> stream.follow(this::hear));

        assertThat(refused.code()).isEqualTo(4001);
        assertThat(refused.status()).isEqualTo(404);
    }

    @Test
    void what_could_not_be_sent_is_sent_by_the_next_connection() throws Exception {
        var broken = new Line();
        broken.takes = false;
        var good = new Line();
        lines.add(broken);
        lines.add(good);
        var reader = Thread.ofVirtual().start(() -> stream.follow(this::hear));
        var sender = Thread.ofVirtual().start(() -> {
            try {
                stream.send("typed");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        broken.refused.take();

        broken.events.add(closed(StreamConnection.LOST));
        sender.join();
        good.events.add(exit(0));
        reader.join();

        assertThat(good.sent).containsExactly("typed");
    }

    @Test
    void it_can_be_closed_while_it_waits() throws Exception {
        var line = new Line();
        lines.add(line);
        var reader = Thread.ofVirtual().start(() -> stream.follow(this::hear));
        line.asked.take();

        stream.close();
        reader.join();

        assertThat(heard).isEmpty();
        assertThat(stream.send("late")).isFalse();
    }

    @Test
    void also_for_a_service_that_is_away() throws Exception {
        var pausing = new CountDownLatch(1);
        var forLong = new Retries(3, new Random(1), (wait, over) -> {
            pausing.countDown();
            Retries.sleep(Duration.ofDays(1), over);
        });
        var waiting = new ResumingStream(this::connect, forLong, null);
        lines.add(new Line(data("one", "c1"), closed(1001)));
        var reader = Thread.ofVirtual().start(() -> waiting.follow(this::hear));
        pausing.await();

        waiting.close();
        reader.join();

        assertThat(cursors).hasSize(1);
    }

    private StreamConnection connect(@Nullable String cursor) {
        cursors.add(cursor);
        var line = lines.remove();
        if (!line.isThere) {
            throw new UnreachableException("nobody there", null);
        }
        return line;
    }

    private void hear(JsonNode message) {
        if (message.path("type").asText().equals("data")) {
            heard.add(message.path("data").asText());
        }
    }

    private static Event data(String text, String cursor) {
        return json("{\"type\":\"data\",\"data\":\"%s\",\"cursor\":\"%s\"}".formatted(text, cursor));
    }

    private static Event exit(int code) {
        return json("{\"type\":\"exit\",\"data\":{\"exitCode\":" + code + "}}");
    }

    private static Event closed(int code) {
        return new Event.Closed(code);
    }

    private static Event json(String text) {
        try {
            return new Event.Message(Json.tree(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Line implements StreamConnection {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        private final List<String> sent = new ArrayList<>();
        private volatile boolean takes = true;
        private boolean isThere = true;

        Line(Event... events) {
            this.events.addAll(List.of(events));
        }

        @Override
        public Event next() throws InterruptedException {
            asked.add("next");
            return events.take();
        }

        @Override
        public boolean send(String message) {
            (takes ? sent : refused).add(message);
            return takes;
        }

        @Override
        public void close() {
            events.add(new Event.Closed(LOST));
        }
    }
}
