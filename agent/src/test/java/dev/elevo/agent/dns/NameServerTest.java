package dev.elevo.agent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Over the loopback, with a name server above it that the test plays. */
final class NameServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Inet4Address FOUND = Inet4Address.ofLiteral("4.4.4.4");

    /** What was done, in its order. */
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    private final AtomicInteger asked = new AtomicInteger();
    private DatagramSocket above;
    private int port;
    private NameServer server;

    @BeforeEach
    void start() throws IOException {
        above = new DatagramSocket(0, LOOPBACK);
        server = open(LOOPBACK);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        above.close();
    }

    private NameServer open(InetAddress client) throws IOException {
        try (var free = new ServerSocket(0, 1, LOOPBACK)) {
            port = free.getLocalPort();
        }
        return NameServer.open(new InetSocketAddress(LOOPBACK, port), client, new NameServer.Guard() {
            @Override
            public boolean knows(String name) {
                return name.endsWith(".test");
            }

            @Override
            public List<InetSocketAddress> servers() {
                return List.of(new InetSocketAddress(LOOPBACK, above.getLocalPort()));
            }

            @Override
            public List<Inet4Address> admit(String name, List<Inet4Address> found, Duration told) throws IOException {
                events.add("opened " + name + " for " + told.toSeconds() + " s");
                if (name.startsWith("full")) {
                    throw new IOException("no more addresses");
                }
                return found;
            }
        });
    }

    private interface Reply {
        byte[] to(Question question) throws IOException;
    }

    private void above(Reply reply) {
        Thread.ofVirtual().start(() -> {
            try {
                for (; ; ) {
                    var packet = new DatagramPacket(new byte[512], 512);
                    above.receive(packet);
                    asked.incrementAndGet();
                    var answer = reply.to(Question.read(Arrays.copyOf(packet.getData(), packet.getLength())));
                    above.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                events.add("above ended");
            }
        });
    }

    private byte[] ask(byte[] question) throws IOException {
        try (var socket = new DatagramSocket(0, LOOPBACK)) {
            socket.setSoTimeout(8000);
            socket.send(new DatagramPacket(question, question.length, LOOPBACK, port));
            var packet = new DatagramPacket(new byte[600], 600);
            socket.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        }
    }

    private Answer ask(String name) throws IOException {
        var question = Question.forAddressOf(name, 5);
        return Answer.read(ask(question.asked()), question);
    }

    @Test
    void a_name_is_opened_before_it_is_answered_and_is_told_no_longer_than_an_hour() throws IOException {
        above(question -> question.answered(List.of(FOUND), 99_999));

        assertThat(ask("a.test")).isEqualTo(new Answer(0, false, List.of(FOUND), 3600));
        assertThat(events).containsExactly("opened a.test for 3600 s");
    }

    @Test
    void another_name_is_none_and_nobody_is_asked() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));

        assertThat(ask("a.example").code()).isEqualTo(Question.NAME_ERROR);
        assertThat(asked).hasValue(0);
    }

    @Test
    void of_a_name_there_are_addresses_only() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));
        var question = Question.forAddressOf("a.test", 5).asked();
        question[question.length - 3] = 16; // text

        var answer = ByteBuffer.wrap(ask(question));
        assertThat(answer.getShort(2) & 0x800f).isEqualTo(0x8000);
        assertThat(answer.getShort(6)).isZero();
        assertThat(asked).hasValue(0);
    }

    @Test
    void what_goes_wrong_is_said() throws IOException {
        above(question -> question.failed(question.name().startsWith("none") ? Question.NAME_ERROR : 5));

        assertThat(ask("none.test").code()).isEqualTo(Question.NAME_ERROR);
        assertThat(ask("refused.test").code()).isEqualTo(Question.SERVER_FAILURE);
    }

    @Test
    void an_address_that_cannot_be_opened_is_not_told() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));

        assertThat(ask("full.test")).isEqualTo(new Answer(Question.SERVER_FAILURE, false, List.of(), 0));
    }

    @Test
    void a_flood_of_failures_is_one_line_in_the_log() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        var log = (Logger) LoggerFactory.getLogger(NameServer.class);
        log.addAppender(lines);
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(ask("full.test").code()).isEqualTo(Question.SERVER_FAILURE);
            }
            assertThat(lines.list).hasSize(1);
        } finally {
            log.detachAppender(lines);
        }
    }

    @Test
    void a_forged_answer_is_waited_past() throws IOException {
        above(question -> {
            if (asked.get() == 1) {
                var from = new InetSocketAddress(LOOPBACK, above.getLocalPort());
                assertThat(from.getPort()).isPositive();
                return new Question(question.id() ^ 1, 0x100, "a.test", 1, 1, question.section())
                        .answered(List.of(Inet4Address.ofLiteral("6.6.6.6")), 9);
            }
            return question.answered(List.of(FOUND), 9);
        });

        assertThat(ask("a.test").addresses()).containsExactly(FOUND);
        assertThat(asked).hasValue(2);
    }

    @Test
    void what_does_not_fit_is_fetched_as_a_stream() throws IOException {
        try (var streams = new ServerSocket(above.getLocalPort(), 5, LOOPBACK)) {
            above(question -> {
                var cut = question.answered(List.of(), 0);
                cut[2] |= 2;
                return cut;
            });
            Thread.ofVirtual().start(() -> {
                try (var socket = streams.accept()) {
                    var in = new DataInputStream(socket.getInputStream());
                    var question = Question.read(in.readNBytes(in.readUnsignedShort()));
                    socket.getOutputStream().write(framed(question.answered(List.of(FOUND), 9)));
                } catch (IOException e) {
                    events.add("stream ended");
                }
            });

            assertThat(ask("a.test").addresses()).containsExactly(FOUND);
        }
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(message.length + 2)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    @Test
    void streams_are_served_and_only_so_many() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));
        var idle = new ArrayList<Socket>();
        try {
            var question = Question.forAddressOf("a.test", 5);
            for (var i = 0; i < 8; i++) {
                var socket = new Socket(LOOPBACK, port);
                idle.add(socket);
                socket.getOutputStream().write(framed(question.asked()));
                var in = new DataInputStream(socket.getInputStream());
                assertThat(Answer.read(in.readNBytes(in.readUnsignedShort()), question)
                                .addresses())
                        .containsExactly(FOUND);
            }
            try (var ninth = new Socket(LOOPBACK, port)) {
                assertThat(ninth.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (var socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void nobody_but_its_sandbox_is_answered() throws IOException {
        server.close();
        server = open(InetAddress.getByName("127.0.0.2"));
        var question = Question.forAddressOf("a.example", 5).asked();
        try (var socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.3"))) {
            socket.send(new DatagramPacket(question, question.length, LOOPBACK, port));
            // Behind the other's on the same socket: were that one answered, it would be by now.
            try (var right = new DatagramSocket(0, InetAddress.getByName("127.0.0.2"))) {
                right.setSoTimeout(8000);
                right.send(new DatagramPacket(question, question.length, LOOPBACK, port));
                right.receive(new DatagramPacket(new byte[600], 600));
            }
            socket.setSoTimeout(200);
            assertThat(receives(socket)).isFalse();
        }
    }

    private static boolean receives(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[600], 600));
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        }
    }

    @Test
    void rubbish_does_not_end_it() throws IOException {
        above(question -> question.answered(List.of(FOUND), 9));
        try (var socket = new DatagramSocket(0, LOOPBACK)) {
            for (var length : List.of(0, 1, 11, 12, 13, 511, 512, 1400)) {
                var rubbish = new byte[length];
                Arrays.fill(rubbish, (byte) 0x3f);
                socket.send(new DatagramPacket(rubbish, length, LOOPBACK, port));
            }
        }
        try (var socket = new Socket(LOOPBACK, port)) {
            socket.getOutputStream().write(new byte[] {-1, -1, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }

        assertThat(ask("a.test").addresses()).containsExactly(FOUND);
    }
}
