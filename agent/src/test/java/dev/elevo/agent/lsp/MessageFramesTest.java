package dev.elevo.agent.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFramesTest {
    @TempDir
    private Path directory;

    private MessageFrames frames;
    private final List<String> taken = new ArrayList<>();

    @BeforeEach
    void open() {
        frames = new MessageFrames(new MessageRoom(directory), new Allowance());
    }

    @Test
    void messages_are_found_however_they_are_cut() throws Exception {
        var text = new StringBuilder();
        var said = new ArrayList<String>();
        for (int length : new int[] {0, 1, 70, MessageRoom.SMALL, MessageRoom.SMALL + 1, 300_000}) {
            said.add("x".repeat(length));
            text.append("Content-Type: application/vscode-jsonrpc\r\ncontent-length:  ")
                    .append(length)
                    .append("\r\n\r\n")
                    .append("x".repeat(length));
        }
        var bytes = text.toString().getBytes(UTF_8);
        var random = new Random(5);
        for (int round = 0; round < 20; round++) {
            taken.clear();
            for (int from = 0; from < bytes.length; ) {
                var to = Math.min(bytes.length, from + 1 + random.nextInt(round < 10 ? 200 : 100_000));
                feed(Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            assertThat(taken).isEqualTo(said);
        }
        assertThat(frames.largeSince()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: -1\r\n\r\n",
                "Content-Length: ten\r\n\r\n",
                "Content-Length:\r\n\r\n",
                "Content-Length: 9999999999999999999999\r\n\r\n",
                "Length: 10\r\n\r\n",
                "\r\n\r\n"
            })
    void what_announces_no_message_is_garbage(String said) {
        assertThatThrownBy(() -> feed(said.getBytes(UTF_8))).hasMessage("garbage");
    }

    @Test
    void a_head_without_an_end_is_garbage() {
        assertThatThrownBy(() -> feed("Content-Length: 1".repeat(1000).getBytes(UTF_8)))
                .hasMessage("garbage");
    }

    @Test
    void a_message_beyond_the_bound_is_refused_before_it_comes() {
        assertThatThrownBy(
                        () -> feed(("Content-Length: " + (MessageFrames.MOST_BYTES + 1) + "\r\n\r\n").getBytes(UTF_8)))
                .hasMessage("message_too_large");
    }

    @Test
    void who_says_more_than_anybody_could_want_to_know_is_a_flood() {
        var message = ("Content-Length: 100000\r\n\r\n" + "x".repeat(100_000)).getBytes(UTF_8);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        feed(message);
                    }
                })
                .hasMessage("flood");
    }

    @Test
    void a_large_message_that_never_ends_keeps_nobody_waiting_and_leaves_no_file() throws Exception {
        var room = new MessageRoom(directory);
        for (int i = 0; i < 20; i++) {
            new MessageFrames(room, new Allowance())
                    .feed(("Content-Length: 4000000\r\n\r\n" + "x".repeat(100_000)).getBytes(UTF_8), this::take);
        }
        var next = new MessageFrames(room, new Allowance());
        next.feed(("Content-Length: 100000\r\n\r\n" + "x".repeat(100_000)).getBytes(UTF_8), this::take);

        assertThat(taken).hasSize(1);
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void who_has_taken_a_large_message_has_the_place_until_it_is_left() throws Exception {
        var large = ("Content-Length: 100000\r\n\r\n" + "x".repeat(100_000)).getBytes(UTF_8);
        var places = new LinkedBlockingQueue<MessageRoom.Place>();
        var inOtherSandbox = new MessageFrames(new MessageRoom(directory), new Allowance());
        frames.feed(large, (message, place) -> places.add(place));
        var first = places.take();

        var other = Thread.ofVirtual().start(() -> feedQuietly(inOtherSandbox, large, places));
        while (other.getState() == Thread.State.RUNNABLE || other.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        assertThat(places).isEmpty();
        first.close();
        first.close();
        places.take().close();

        other.join();
        frames.feed(large, (message, place) -> places.add(place));
        places.take().close();
    }

    private static void feedQuietly(MessageFrames frames, byte[] data, Queue<MessageRoom.Place> places) {
        try {
            frames.feed(data, (message, place) -> places.add(place));
        } catch (BrokenServerException e) {
            throw new AssertionError(e);
        }
    }

    private void feed(byte[] data) throws BrokenServerException {
        frames.feed(data, this::take);
    }

    private void take(byte[] message, MessageRoom.Place place) {
        place.close();
        taken.add(new String(message, UTF_8));
    }
}
