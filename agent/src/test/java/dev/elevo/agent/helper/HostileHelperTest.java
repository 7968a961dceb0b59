package dev.elevo.agent.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The helper lives among the attacker's code: whatever it says, the agent refuses it or believes it within bounds. */
@Tag("security")
@Timeout(60)
class HostileHelperTest {
    private static final String TYPES = "saoexilpr!";

    @TempDir
    Path directory;

    @Test
    void random_answers_end_in_an_exception_of_the_connection() throws Exception {
        var random = new Random(6);
        try (var fake = new Fake(directory.resolve("socket"), () -> randomFrames(random));
                var helper = new Helper(fake.address)) {
            for (int i = 0; i < 3000; i++) {
                try {
                    var process = helper.exec(RealHelper.shell("true"));
                    while (!(process.next() instanceof Reply.Ended)) {
                        // Believes it, frame by frame.
                    }
                } catch (IOException refused) {
                    assertThat(refused).isNotNull();
                }
            }
        }
    }

    private static ByteBuffer randomFrames(Random random) {
        var frames = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = random.nextInt(5); i >= 0; i--) {
            var payload = new byte[random.nextInt(60)];
            random.nextBytes(payload);
            frames.put((byte) TYPES.charAt(random.nextInt(TYPES.length())))
                    .putInt(random.nextInt(5) == 0 ? random.nextInt() : payload.length)
                    .put(payload);
        }
        return frames.flip();
    }

    @Test
    void an_answer_larger_than_any_is_not_even_read() throws Exception {
        try (var fake = new Fake(
                        directory.resolve("socket"),
                        () -> ByteBuffer.allocate(5)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .put((byte) 'p')
                                .putInt(Integer.MAX_VALUE)
                                .flip());
                var helper = new Helper(fake.address)) {
            assertThatThrownBy(() -> helper.inspect(1))
                    .isInstanceOf(HelperProtocolException.class)
                    .hasMessageContaining("2147483647");
        }
    }

    /** Accepts, says what it is told to, and hangs up. */
    private static final class Fake implements AutoCloseable {
        private final Path address;
        private final ServerSocketChannel server;
        private final Thread thread;

        Fake(Path address, Supplier<ByteBuffer> words) throws IOException {
            this.address = address;
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(address));
            thread = Thread.ofVirtual().start(() -> serve(words));
        }

        private void serve(Supplier<ByteBuffer> words) {
            while (server.isOpen()) {
                try (var connection = server.accept()) {
                    connection.read(ByteBuffer.allocate(4096));
                    connection.write(words.get());
                } catch (IOException hungUp) {
                    assertThat(hungUp).isNotNull();
                }
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            while (thread.isAlive()) {
                Eventually.pause();
            }
        }
    }
}
