package dev.elevo.agent.helper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Garbage does not bring pid 1 down, nor does it cost it a descriptor. */
@Tag("security")
@Timeout(120)
class FuzzedHelperTest {
    private static final int SIGKILL = 9;
    private static final int INPUT_BYTES = 5000;
    private static final int MOST_OUTPUT = 400_000;
    private static final int MOST_COMPLAINT = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String TYPES = "HDEALKWPTRICkZ";

    @TempDir
    Path directory;

    @Test
    void garbage_closes_the_connection_and_nothing_else() throws IOException {
        var random = new Random(Long.getLong("elevo.fuzz.seed", 5));
        try (var real = new RealHelper(directory);
                var helper = new Helper(real.socket())) {
            helper.greet();
            var descriptors = real.openDescriptors();

            long known = 0;
            for (int i = 0; i < Integer.getInteger("elevo.fuzz.rounds", 5000); i++) {
                sendGarbage(real.socket(), random, known);
                if (i % 20 == 0) {
                    known = helper.list().stream()
                            .mapToLong(Reply.Listed::id)
                            .findFirst()
                            .orElse(known);
                    endAll(helper);
                }
            }

            // Some of the garbage may still lie unread, and be the order to end everything.
            while (real.openDescriptors() > descriptors) {
                // Not listed is what was being started when garbage stopped everything.
                helper.terminate(SIGKILL, PATIENCE);
                endAll(helper);
            }
            assertThat(Collected.of(helper.exec(RealHelper.shell("echo well"))).out())
                    .isEqualTo("well\n");
        }
    }

    private static void endAll(Helper helper) throws IOException {
        for (var listed : helper.list()) {
            kill(helper, listed.id());
            forget(helper, listed.id());
        }
    }

    private static void kill(Helper helper, long id) throws IOException {
        try {
            helper.signal(id, SIGKILL);
        } catch (HelperRefusal overAlready) {
            assertThat(overAlready.step()).isEqualTo(FailedStep.MISSING);
        }
    }

    private static void forget(Helper helper, long id) throws IOException {
        var process = attach(helper, id);
        while (!(process.next() instanceof Reply.Ended)) {
            // Until it is over.
        }
        process.forget();
    }

    /** Garbage may have acknowledged some of what there was, or all, and only the end tells how much that was. */
    private static HelperProcess attach(Helper helper, long id) throws IOException {
        for (int err = 0; err < MOST_COMPLAINT; err++) {
            for (var out : List.of(0, INPUT_BYTES)) {
                var process = attachAt(helper, id, out, err);
                if (process.isPresent()) {
                    return process.get();
                }
            }
        }
        for (int out = 0; out < MOST_OUTPUT; out++) {
            var process = attachAt(helper, id, out, 0);
            if (process.isPresent()) {
                return process.get();
            }
        }
        throw new AssertionError("no position of " + id + " is known to the helper");
    }

    private static Optional<HelperProcess> attachAt(Helper helper, long id, int out, int err) throws IOException {
        try {
            return Optional.of(helper.attach(id, out, err));
        } catch (HelperRefusal acknowledged) {
            assertThat(acknowledged.step()).isEqualTo(FailedStep.POSITION);
            return Optional.empty();
        }
    }

    private static void sendGarbage(Path socket, Random random, long known) throws IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            for (int i = random.nextInt(6); i >= 0; i--) {
                channel.write(random.nextBoolean() ? mutated(random, known) : invented(random));
            }
        } catch (IOException closedByTheHelper) {
            // What it should do.
            assertThat(closedByTheHelper).hasMessageMatching("(?i).*(broken pipe|reset|closed).*");
        }
    }

    /** A right frame with some bytes wrong. */
    private static ByteBuffer mutated(Random random, long known) throws IOException {
        var id = known + random.nextInt(3);
        var frame = switch (random.nextInt(10)) {
            case 0 -> Request.exec(RealHelper.exec(List.of("/bin/true", "argument")));
            case 1 ->
                Request.exec(RealHelper.withStdin(
                        RealHelper.exec(List.of("/bin/cat")), new ExecRequest.GivenInput(new byte[INPUT_BYTES])));
            case 2 -> Request.attach(id, 0, random.nextLong());
            case 3 -> Request.resize(id, new ExecRequest.Terminal(1, 1));
            case 4 -> Request.acknowledge(random.nextLong(), random.nextLong());
            case 5 -> Request.stdin(new byte[60_000], 0, random.nextInt(60_000));
            case 6 -> Request.endOfStdin();
            case 7 -> Request.forget();
            case 8 -> Request.inspect(random.nextInt());
            default -> Request.list();
        };
        for (int i = random.nextInt(3); i > 0; i--) {
            frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
        }
        return frame;
    }

    private static ByteBuffer invented(Random random) {
        var payload = new byte[random.nextInt(random.nextInt(8) == 0 ? 100_000 : 64)];
        random.nextBytes(payload);
        var length = random.nextInt(6) == 0 ? random.nextInt() : payload.length;
        return ByteBuffer.allocate(Request.HEADER + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) TYPES.charAt(random.nextInt(TYPES.length())))
                .putInt(length)
                .put(payload)
                .flip();
    }
}
