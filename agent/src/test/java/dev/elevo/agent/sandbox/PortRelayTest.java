package dev.elevo.agent.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.port.PortRelays;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.testing.Eventually;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to ports of real sandboxes, over the agent's own server. */
final class PortRelayTest {
    private static final int MILLIS = 20_000;
    private static final int MUCH = 64 << 20;

    /** Answers with what it was sent, after the end of it. */
    private static final String AFTER_THE_END = "local $/; my $all = <$c>; print $c \"got $all\"; close $c;";
    /** Ends its own output first, and writes down what comes then. */
    private static final String BEFORE_THE_END =
            "print $c \"first\"; shutdown($c, 1); local $/; my $all = <$c>; open my $f, q(>), q(/tmp/heard); print $f $all; close $f;";

    private static final String NEVER_READS = "print $c \"hello\"; sleep 1000;";
    private static final String POURS = "my $part = q(x) x 65536; print $c $part for 1..1024;";

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;
    private static int server;

    @BeforeAll
    static void start() throws GeneralSecurityException, IOException {
        agent = new RealAgent(home, "none");
        agent.requireWalls();
        server = agent.context().getBean(EmbeddedServer.class).start().getPort();
        sandbox = agent.create();
        serve(sandbox, 4001, AFTER_THE_END);
        serve(sandbox, 4002, BEFORE_THE_END);
        serve(sandbox, 4003, NEVER_READS);
        serve(sandbox, 4004, POURS);
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    private static void serve(String id, int port, String each) throws IOException {
        var program =
                "use IO::Socket::INET; $SIG{CHLD} = q(IGNORE); my $l = IO::Socket::INET->new(LocalAddr => q(127.0.0.1), LocalPort => "
                        + port
                        + ", Listen => 512, ReuseAddr => 1) or die; while (my $c = $l->accept) { next if fork; $c->autoflush(1); "
                        + each + " exit 0 }";
        agent.processes()
                .run(
                        id,
                        new RunRequest(
                                "exec perl -e '" + program + "'",
                                null,
                                null,
                                null,
                                null,
                                null,
                                "user",
                                null,
                                600_000,
                                0,
                                null,
                                null,
                                null),
                        null);
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try (var connection = connect(id, port, Operation.PORT)) {
                if (connection.status == 101) {
                    connection.socket.setSoLinger(true, 0); // no half-closed one stays
                    return;
                }
                assertThat(connection.status).isEqualTo(502);
            }
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    /** A connection that was asked for, and what was answered. */
    private static final class Relayed implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final int status;
        private final String body;

        Relayed(String request) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server);
            socket.setSoTimeout(MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            status = Integer.parseInt(head.substring(9, 12));
            body = status == 101 ? "" : new String(in.readAllBytes(), ISO_8859_1);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        String rest() throws IOException {
            return new String(in.readAllBytes(), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Relayed connect(String id, int port, Operation operation) throws IOException {
        return new Relayed(request(id, port, capability(id, operation)));
    }

    private static String request(String id, int port, @Nullable String capability) {
        return "GET " + AgentPaths.PORT.replace("{sandboxId}", id).replace("{port}", "" + port)
                + " HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: " + AgentPaths.PORT_PROTOCOL + "\r\n"
                + (capability == null ? "" : AgentPaths.CAPABILITY_HEADER + ": " + capability + "\r\n") + "\r\n";
    }

    private static String capability(String id, Operation operation) {
        try {
            return new Capability(id, Set.of(operation), Instant.now().plusSeconds(60))
                    .sign(agent.keys().getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void the_end_of_what_was_sent_is_the_end_for_the_service() throws IOException {
        assertAnswered();
    }

    private static void assertAnswered() throws IOException {
        try (var connection = connect(sandbox, 4001, Operation.PORT)) {
            connection.send("ping");
            connection.socket.shutdownOutput();

            assertThat(connection.rest()).isEqualTo("got ping");
        }
    }

    @Test
    void a_service_may_listen_on_after_its_last_word() throws IOException {
        try (var connection = connect(sandbox, 4002, Operation.PORT)) {
            assertThat(connection.rest()).isEqualTo("first");
            connection.send("still heard");
            connection.socket.shutdownOutput();
        }
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!agent.run(sandbox, "cat /tmp/heard").stdout().equals("still heard")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    @Test
    void who_does_not_read_is_not_written_to() throws IOException {
        try (var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
                var selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(
                    request(sandbox, 4003, capability(sandbox, Operation.PORT)).getBytes(ISO_8859_1)));
            var answer = ByteBuffer.allocate(4096);
            while (!new String(answer.array(), 0, answer.position(), ISO_8859_1).endsWith("hello")) {
                assertThat(channel.read(answer)).isPositive();
            }
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            var bytes = ByteBuffer.allocate(1 << 16);
            long sent = 0;
            // Full when nothing more goes for a second: the buffers on the way are all there is.
            while (sent < MUCH && selector.select(1000) > 0) {
                selector.selectedKeys().clear();
                bytes.clear();
                sent += channel.write(bytes);
            }

            assertThat(sent).isPositive().isLessThan(MUCH / 2);
        }
    }

    @Test
    void a_service_that_pours_waits_for_its_reader() throws IOException {
        try (var connection = connect(sandbox, 4004, Operation.PORT)) {
            assertThat(connection.in.readNBytes(1 << 20)).hasSize(1 << 20);
            // The others are served meanwhile.
            assertAnswered();

            assertThat(connection.rest()).hasSize((64 << 20) - (1 << 20));
        }
    }

    @Test
    void only_a_capability_for_ports_opens_one() throws IOException {
        try (var none = new Relayed(request(sandbox, 4001, null))) {
            assertThat(none.status).isEqualTo(401);
            assertThat(none.body).contains("\"code\":1004");
        }
        try (var other = connect(sandbox, 4001, Operation.PROCESS)) {
            assertThat(other.status).isEqualTo(403);
        }
        try (var stolen = new Relayed(request(sandbox, 4001, capability("sbx-000000000000", Operation.PORT)))) {
            assertThat(stolen.status).isEqualTo(404);
        }
        try (var gone = connect("sbx-000000000000", 4001, Operation.PORT)) {
            assertThat(gone.status).isEqualTo(404);
            assertThat(gone.body).contains("\"code\":2001");
        }
    }

    @Test
    void where_nothing_listens_it_says_so() throws IOException {
        try (var connection = connect(sandbox, 9, Operation.PORT)) {
            assertThat(connection.status).isEqualTo(502);
            assertThat(connection.body).contains("\"code\":2009").contains("\"port\":9");
        }
    }

    @Test
    void without_the_upgrade_it_is_a_path_like_any_other() throws IOException {
        try (var connection = new Relayed(request(sandbox, 4001, capability(sandbox, Operation.PORT))
                .replace("elevo-tcp", "other")
                .replace("Connection: upgrade", "Connection: close"))) {
            assertThat(connection.status).isEqualTo(404);
        }
    }

    @Test
    void there_are_so_many_and_no_more_and_all_end_with_the_sandbox() throws IOException {
        var id = agent.create();
        serve(id, 4003, NEVER_READS);
        var relays = agent.context().getBean(PortRelays.class);
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (relays.count(id) > 0) {
            assertThat(System.nanoTime()).isLessThan(deadline); // that of serve is on its way out
            Eventually.pause();
        }
        var connections = new ArrayList<Relayed>();
        try {
            for (int i = 0; i < PortRelays.MOST_PER_SANDBOX; i++) {
                var connection = connect(id, 4003, Operation.PORT);
                assertThat(connection.status).as("connection " + i).isEqualTo(101);
                connections.add(connection);
            }
            try (var more = connect(id, 4003, Operation.PORT)) {
                assertThat(more.status).isEqualTo(503);
                assertThat(more.body).contains("\"code\":9006");
            }

            agent.sandboxes().delete(id);

            for (var connection : connections) {
                assertThat(connection.rest()).isIn("hello", "");
            }
            while (relays.count(id) > 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Eventually.pause();
            }
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }
}
