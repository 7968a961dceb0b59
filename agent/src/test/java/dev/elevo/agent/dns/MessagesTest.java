package dev.elevo.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Messages as their bytes, good and bad. */
final class MessagesTest {
    private static final Question ASKED = Question.forAddressOf("www.example.org", 77);

    private static Inet4Address address(String literal) {
        return Inet4Address.ofLiteral(literal);
    }

    /** An answer to the question above, from words: a name, a type and its data. */
    private static byte[] answer(byte[]... records) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(ASKED.answered(List.of(), 0));
        for (var each : records) {
            bytes.write(each);
        }
        var message = bytes.toByteArray();
        ByteBuffer.wrap(message).putShort(6, (short) records.length);
        return message;
    }

    private static byte[] wire(String name) {
        var section = Question.forAddressOf(name, 0).section();
        return Arrays.copyOf(section, section.length - 4);
    }

    private static byte[] entry(String name, int type, int seconds, byte[] data) {
        var owner = wire(name);
        return ByteBuffer.allocate(owner.length + 10 + data.length)
                .put(owner)
                .putShort((short) type)
                .putShort((short) 1)
                .putInt(seconds)
                .putShort((short) data.length)
                .put(data)
                .array();
    }

    @Test
    void a_question_comes_back_with_its_answer() throws IOException {
        var question = Question.read(ASKED.asked());
        assertThat(question.name()).isEqualTo("www.example.org");
        assertThat(question.isForAddress()).isTrue();

        var answer = Answer.read(question.answered(List.of(address("1.2.3.4"), address("5.6.7.8")), 9), ASKED);
        assertThat(answer).isEqualTo(new Answer(0, false, List.of(address("1.2.3.4"), address("5.6.7.8")), 9));
        assertThat(Answer.read(question.failed(Question.NAME_ERROR), ASKED).code())
                .isEqualTo(3);
    }

    @Test
    void the_longest_answer_fits_where_everybody_reads_it() {
        var longest = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);
        var addresses = java.util.Collections.nCopies(Question.MOST_ADDRESSES, address("1.2.3.4"));

        assertThat(Question.forAddressOf(longest, 1).answered(addresses, 1)).hasSizeLessThanOrEqualTo(512);
    }

    @Test
    void other_names_are_followed_and_what_nobody_asked_for_is_not_believed() throws IOException {
        var answer = Answer.read(
                answer(
                        entry("other.test", 1, 60, new byte[] {9, 9, 9, 9}),
                        entry("www.example.org", 5, 30, wire("cdn.test")),
                        entry("cdn.test", 5, 60, wire("edge.cdn.test")),
                        entry("edge.cdn.test", 28, 60, new byte[16]),
                        entry("edge.cdn.test", 1, 40, new byte[] {1, 2, 3, 4})),
                ASKED);

        assertThat(answer).isEqualTo(new Answer(0, false, List.of(address("1.2.3.4")), 30));
    }

    @Test
    void names_in_a_circle_lead_nowhere() throws IOException {
        var answer = Answer.read(
                answer(
                        entry("www.example.org", 5, 60, wire("b.test")),
                        entry("b.test", 5, 60, wire("www.example.org"))),
                ASKED);

        assertThat(answer.addresses()).isEmpty();
    }

    @Test
    void an_answer_to_something_else_is_none() throws IOException {
        var other = Question.forAddressOf("www.example.com", 77).answered(List.of(address("1.2.3.4")), 9);
        var otherId = Question.forAddressOf("www.example.org", 78).answered(List.of(address("1.2.3.4")), 9);
        for (var message : List.of(
                other,
                otherId,
                ASKED.asked(),
                answer(entry("www.example.org", 1, 1, new byte[16])),
                answer(entry("www.example.org", 1, 1, new byte[3])))) {
            assertThatThrownBy(() -> Answer.read(message, ASKED)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void names_that_lead_in_circles_end() {
        var self = message(0xc0, 12, 0, 1, 0, 1);
        var forward = message(0xc0, 14, 3, 'a', 'b', 'c', 0, 0, 1, 0, 1);
        var endless = message(63, 'a');
        var strange = message(3, 'a', '.', 'b', 0, 0, 1, 0, 1);
        for (var bad : List.of(self, forward, endless, strange, message(0x80, 1, 0, 0, 1, 0, 1))) {
            assertThatThrownBy(() -> Question.read(bad)).isInstanceOf(MalformedMessageException.class);
        }
    }

    private static byte[] message(int... question) {
        var message = ByteBuffer.allocate(12 + question.length)
                .putShort((short) 1)
                .putShort((short) 0x100)
                .putShort((short) 1)
                .position(12);
        for (var each : question) {
            message.put((byte) each);
        }
        return message.array();
    }

    @Test
    void an_answer_gets_no_answer_and_what_is_no_question_a_short_one() {
        assertThat(Question.complaint(ASKED.answered(List.of(), 0))).isEmpty();
        assertThat(Question.complaint(new byte[11])).isEmpty();
        var complaint = Question.complaint(message(0xc0, 12));
        assertThat(complaint).hasSize(12);
        assertThat(complaint[3] & 0x0f).isEqualTo(Question.FORMAT_ERROR);
    }

    /** Only the one exception may come of it, whatever was changed. */
    @RepeatedTest(50)
    void no_bytes_break_the_reader(RepetitionInfo repetition) throws IOException {
        var random = new Random(repetition.getCurrentRepetition());
        var good = answer(
                entry("www.example.org", 5, 30, wire("cdn.test")), entry("cdn.test", 1, 40, new byte[] {1, 2, 3, 4}));
        for (var round = 0; round < 2000; round++) {
            var bad = Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (var i = 0; i < 4 && bad.length > 0; i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            readAnything(bad);
        }
    }

    private static void readAnything(byte[] bytes) {
        try {
            assertThat(Answer.read(bytes, ASKED).addresses().size()).isLessThan(100);
        } catch (MalformedMessageException expected) {
            assertThat(expected).hasMessageMatching(".+");
        }
        try {
            assertThat(Question.read(bytes).name().length()).isLessThan(254);
        } catch (MalformedMessageException expected) {
            assertThat(Question.complaint(bytes).length).isIn(0, 12);
        }
    }
}
