package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that do all they should not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpstreamTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Upstream upstream = new Upstream(new UpstreamGuard("127.0.0.0/8"), 64);

    @AfterAll
    void stop() throws IOException {
        upstream.close();
    }

    @Test
    void one_that_hangs_ends_with_the_time() throws Exception {
        var self = new AtomicReference<HostileUpstream>();
        try (var hanging = new HostileUpstream((client, out) -> self.get().hold())) {
            self.set(hanging);

            assertThat(ask(hanging, SHORT)).isEqualTo(new Upstream.Outcome.Late());
        }
    }

    @Test
    void one_that_takes_a_connection_and_agrees_on_nothing_ends_with_the_time() throws Exception {
        try (var silent = new HostileUpstream((client, out) -> {})) {
            var call = new Upstream.Call("https", "127.0.0.1", silent.port(), "GET", "/", List.of(), new byte[0]);

            assertThat(upstream.ask(call, deadline(SHORT))).isEqualTo(new Upstream.Outcome.Late());
        }
    }

    @Test
    void one_that_lets_nobody_in_ends_with_the_time() throws Exception {
        var callers = new ArrayList<SocketChannel>();
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // Of those who wait at the door there is one more than there may be.
            for (int i = 0; i < 2; i++) {
                callers.add(SocketChannel.open(full.getLocalSocketAddress()));
            }
            var call = new Upstream.Call("http", "127.0.0.1", full.getLocalPort(), "GET", "/", List.of(), new byte[0]);

            assertThat(upstream.ask(call, deadline(SHORT))).isEqualTo(new Upstream.Outcome.Late());
        } finally {
            for (var caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void one_that_does_not_read_ends_with_the_time() throws Exception {
        var self = new AtomicReference<HostileUpstream>();
        try (var deaf = new HostileUpstream((client, out) -> self.get().hold())) {
            self.set(deaf);
            var call = new Upstream.Call("http", "127.0.0.1", deaf.port(), "POST", "/", List.of(), new byte[16 << 20]);

            assertThat(upstream.ask(call, deadline(SHORT))).isEqualTo(new Upstream.Outcome.Late());
        }
    }

    /** What has none left when it begins says nothing of the upstream. */
    @Test
    void without_time_nobody_is_asked() throws Exception {
        try (var kind = new KindUpstream()) {
            var call = new Upstream.Call("http", "127.0.0.1", kind.port(), "GET", "/", List.of(), new byte[0]);

            assertThat(upstream.ask(call, System.nanoTime())).isEqualTo(new Upstream.Outcome.Unasked());
            assertThat(kind.asked()).isEmpty();
        }
    }

    /** Its farewell would be written while the pool lets nobody else have a connection, to somebody who may not read. */
    @Test
    void an_encrypted_connection_that_is_given_up_says_nothing_more() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var base = new Socket(server.getInetAddress(), server.getLocalPort());
                var peer = server.accept();
                var connection = UpstreamConnection.factory(Http1Config.DEFAULT).createConnection(null)) {
            var encrypted =
                    SSLContext.getDefault().getSocketFactory().createSocket(base, "127.0.0.1", base.getPort(), true);
            connection.bind((SSLSocket) encrypted, base);

            connection.close(CloseMode.GRACEFUL);

            assertThatThrownBy(() -> peer.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void one_that_trickles_its_head_or_its_body_ends_with_the_time_too() throws Exception {
        for (var beginning : List.of("HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")) {
            try (var trickling = new HostileUpstream((client, out) -> {
                out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
                while (true) {
                    out.write('x');
                    out.flush();
                    Thread.sleep(20);
                }
            })) {
                assertThat(ask(trickling, SHORT)).isEqualTo(new Upstream.Outcome.Late());
            }
        }
    }

    @Test
    void one_that_resets_is_lost() throws Exception {
        try (var resetting = new HostileUpstream((client, out) -> HostileUpstream.reset(client))) {
            assertThat(ask(resetting, LONG)).isEqualTo(new Upstream.Outcome.Lost());
        }
        try (var closing = new HostileUpstream((client, out) -> {})) {
            assertThat(ask(closing, LONG)).isEqualTo(new Upstream.Outcome.Lost());
        }
    }

    @Test
    void of_a_gigabyte_no_more_is_read_than_may_be_answered() throws Exception {
        for (var length : List.of("Content-Length: 1073741824", "Connection: close")) {
            var written = new AtomicLong();
            try (var large = new HostileUpstream((client, out) -> {
                out.write(("HTTP/1.1 200 OK\r\n" + length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                var block = new byte[1 << 16];
                for (; written.get() < 1L << 30; written.addAndGet(block.length)) {
                    out.write(block);
                }
            })) {
                assertThat(ask(large, LONG)).isEqualTo(new Upstream.Outcome.TooLarge(200));
                assertThat(written.get()).isLessThan(100L << 20);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9\r\n\r\n\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nA name: x\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "\u0000\u0001\u0002\u0003garbage\r\n\r\n\r\n\r\n"
            })
    void garbage_is_no_answer(String garbage) throws Exception {
        try (var rude = new HostileUpstream(HostileUpstream.saying(garbage))) {
            assertThat(ask(rude, LONG)).isNotInstanceOf(Upstream.Outcome.Answered.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 200 OK, hello, hello",
        "GET, 304 Not Modified, hello, ''",
        "GET, 204 No Content, hello, ''",
        "HEAD, 200 OK, hello, ''"
    })
    void what_an_upstream_says_beyond_its_answer_is_nobodys(String method, String status, String said, String heard)
            throws Exception {
        var another = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";
        var self = new AtomicReference<HostileUpstream>();
        for (var isLater : List.of(false, true)) {
            var answered = new CountDownLatch(1);
            var more = new CountDownLatch(1);
            try (var talkative = new HostileUpstream((client, out) -> {
                var answer = "HTTP/1.1 " + status + "\r\nContent-Length: 5\r\n\r\n" + said;
                try {
                    if (isLater) {
                        out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                        answered.await();
                        out.write(another.getBytes(StandardCharsets.ISO_8859_1));
                    } else {
                        out.write((answer + another).getBytes(StandardCharsets.ISO_8859_1));
                    }
                } finally {
                    more.countDown(); // the client may have closed it already, which is as good
                }
                self.get().hold();
            })) {
                self.set(talkative);
                var call =
                        new Upstream.Call("http", "127.0.0.1", talkative.port(), method, "/", List.of(), new byte[0]);

                assertThat(bodyOf(call)).isEqualTo(heard);
                answered.countDown();
                more.await();
                assertThat(bodyOf(call)).isEqualTo(heard);
                assertThat(talkative.asked()).isEqualTo(2);
            }
        }
    }

    @Test
    void an_answer_that_is_refused_is_not_waited_for_and_its_connection_not_kept() throws Exception {
        var self = new AtomicReference<HostileUpstream>();
        try (var slow = new HostileUpstream((client, out) -> {
            out.write("HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 3\r\n\r\nab"
                    .getBytes(StandardCharsets.ISO_8859_1));
            self.get().hold();
        })) {
            self.set(slow);

            assertThat(ask(slow, LONG)).isInstanceOf(Upstream.Outcome.Broken.class);
            assertThat(ask(slow, LONG)).isInstanceOf(Upstream.Outcome.Broken.class);
            assertThat(slow.asked()).isEqualTo(2);
        }
    }

    private String bodyOf(Upstream.Call call) {
        var outcome = upstream.ask(call, deadline(LONG));
        assertThat(outcome).isInstanceOf(Upstream.Outcome.Answered.class);
        return new String(((Upstream.Outcome.Answered) outcome).answer().body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_crowd_is_not_the_upstreams_fault() throws Exception {
        var self = new AtomicReference<HostileUpstream>();
        var isAsked = new CountDownLatch(1);
        try (var narrow = new Careful(new Upstream(new UpstreamGuard("127.0.0.0/8"), 1));
                var hanging = new HostileUpstream((client, out) -> {
                    isAsked.countDown();
                    self.get().hold();
                })) {
            self.set(hanging);
            var call = new Upstream.Call("http", "127.0.0.1", hanging.port(), "GET", "/", List.of(), new byte[0]);
            Thread.ofVirtual().start(() -> narrow.upstream().ask(call, deadline(LONG)));
            isAsked.await();

            assertThat(narrow.upstream().ask(call, deadline(Duration.ofSeconds(2))))
                    .isEqualTo(new Upstream.Outcome.Unasked());
        }
    }

    @Test
    void one_that_agrees_on_no_encryption_was_not_reached() throws Exception {
        try (var nameless = SSLContext.getDefault()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var serving = Thread.ofVirtual().start(() -> refuseHandshake(nameless));
            var call = new Upstream.Call(
                    "https", "127.0.0.1", nameless.getLocalPort(), "GET", "/", List.of(), new byte[0]);

            assertThat(upstream.ask(call, deadline(LONG)))
                    .isEqualTo(new Upstream.Outcome.Unreached(Upstream.Obstacle.UNTRUSTED));
            serving.join();
        }
    }

    /** It has no certificate to show. */
    private static void refuseHandshake(ServerSocket server) {
        try (var client = server.accept()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SSLException.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void headers_without_end_are_no_answer() throws Exception {
        for (var line : List.of("X-Many: y\r\n", "x".repeat(4096))) {
            try (var talking = new HostileUpstream((client, out) -> {
                out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
                while (true) {
                    out.write(line.getBytes(StandardCharsets.ISO_8859_1));
                }
            })) {
                assertThat(ask(talking, LONG)).isInstanceOf(Upstream.Outcome.Broken.class);
            }
        }
    }

    @Test
    void one_that_is_not_there_was_not_reached_and_one_that_is_closed_is_not_asked() throws Exception {
        var call = new Upstream.Call("http", "127.0.0.1", 1, "GET", "/", List.of(), new byte[0]);
        assertThat(upstream.ask(call, deadline(LONG)))
                .isEqualTo(new Upstream.Outcome.Unreached(Upstream.Obstacle.CLOSED));

        try (var secret = new HostileUpstream(HostileUpstream.saying("HTTP/1.1 200 OK\r\n\r\nsecret"));
                var careful = careful()) {
            for (var host :
                    List.of("localhost", "127.0.0.1", "::1", "2130706433", "127.1", "::ffff:127.0.0.1", "0.0.0.0")) {
                var inside = new Upstream.Call("http", host, secret.port(), "GET", "/", List.of(), new byte[0]);

                assertThat(careful.upstream().ask(inside, deadline(LONG)))
                        .as(host)
                        .isEqualTo(new Upstream.Outcome.Unreached(Upstream.Obstacle.FORBIDDEN));
            }
            assertThat(secret.asked()).isZero();
        }
    }

    @Test
    void a_name_that_is_none_for_the_internet_is_one_for_a_service() throws Exception {
        try (var kind = new KindUpstream();
                var inside = new Careful(new Upstream(
                        new UpstreamGuard("127.0.0.1", host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")}),
                        4))) {
            var call = new Upstream.Call("http", "my_service", kind.port(), "GET", "/a", List.of(), new byte[0]);

            assertThat(inside.upstream().ask(call, deadline(LONG))).isInstanceOf(Upstream.Outcome.Answered.class);
            assertThat(kind.asked().getFirst().target()).isEqualTo("/a");
            assertThat(kind.asked().getFirst().headers()).containsEntry("host", "my_service:" + kind.port());
        }
    }

    @Test
    void a_name_that_is_looked_up_for_too_long_ends_with_the_time() throws Exception {
        var over = new CountDownLatch(1);
        try (var slow = new Careful(new Upstream(
                new UpstreamGuard("127.0.0.1", host -> {
                    await(over);
                    return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                }),
                4))) {
            var call = new Upstream.Call("http", "slow.example", 80, "GET", "/", List.of(), new byte[0]);

            assertThat(slow.upstream().ask(call, deadline(SHORT))).isEqualTo(new Upstream.Outcome.Late());
        } finally {
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.5:8080, /", "host, /a|b", "host, '/a b'"})
    void what_is_no_address_breaks_nothing(String host, String path) {
        var call = new Upstream.Call("http", host, 80, "GET", path, List.of(), new byte[0]);

        assertThat(upstream.ask(call, deadline(LONG))).isInstanceOf(Upstream.Outcome.Broken.class);
    }

    /** One with all networks closed. */
    private record Careful(Upstream upstream) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            upstream.close();
        }
    }

    private static Careful careful() {
        return new Careful(new Upstream(new UpstreamGuard(""), 4));
    }

    private Upstream.Outcome ask(HostileUpstream hostile, Duration time) {
        var call = new Upstream.Call("http", "127.0.0.1", hostile.port(), "GET", "/x?y", List.of(), new byte[0]);
        return upstream.ask(call, deadline(time));
    }

    private static long deadline(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
