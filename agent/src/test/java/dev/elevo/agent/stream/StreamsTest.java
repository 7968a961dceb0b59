package dev.elevo.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that came straight to the agent, as time goes by. */
@Timeout(60)
class StreamsTest {
    private static final StreamTarget TARGET = new StreamTarget(StreamTarget.PTY, Map.of("pid", "7"));

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Streams streams;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        var json = ObjectMapper.getDefault();
        streams = new Streams(
                Quiet::new, new Tickets(() -> now), new GrantFiles(folder, json), new LastUses(), json, () -> now);
    }

    @AfterEach
    void stop() {
        streams.stop();
    }

    @Test
    void a_connection_ends_after_two_hours_and_comes_back() throws Exception {
        var first = new Client();
        streams.open("sbx-a", "first", TARGET, first);
        now = now.plus(Duration.ofMinutes(1));
        var second = new Client();
        streams.open("sbx-a", "second", TARGET, second);
        now = now.plus(Duration.ofMinutes(118));
        var third = new Client();
        streams.open("sbx-a", "third", TARGET, third);

        now = now.plus(Duration.ofSeconds(61));
        assertThat(first.code()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(second.closed).isNotDone();

        now = now.plus(Duration.ofMinutes(1));
        assertThat(second.code()).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(third.closed).isNotDone();
        assertThat(streams.attached("sbx-a")).hasSize(1);
    }

    private static final class Client implements Wire {
        private final CompletableFuture<CloseCode> closed = new CompletableFuture<>();

        @Override
        public void send(byte[] message) {}

        @Override
        public void close(CloseCode code) {
            closed.complete(code);
        }

        CloseCode code() throws Exception {
            return closed.get(20, TimeUnit.SECONDS);
        }
    }

    /** Of what there is nothing to say. */
    private static final class Quiet implements StreamSource, Session {
        @Override
        public boolean serves(String kind) {
            return true;
        }

        @Override
        public void check(String sandboxId, StreamTarget target) {}

        @Override
        public Session open(String sandboxId, StreamTarget target, Link link) {
            return this;
        }

        @Override
        public Set<String> takes() {
            return Set.of();
        }

        @Override
        public void receive(ClientMessage message) {}

        @Override
        public @Nullable Saying next() {
            return null;
        }

        @Override
        public long waiting() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
