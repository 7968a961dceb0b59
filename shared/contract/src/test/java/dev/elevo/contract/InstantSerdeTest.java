package dev.elevo.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxState;
import io.micronaut.context.ApplicationContext;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class InstantSerdeTest {
    private final ApplicationContext context = ApplicationContext.run();
    private final ObjectMapper json = context.getBean(ObjectMapper.class);

    @AfterAll
    void close() {
        context.close();
    }

    @Test
    void timestamps_leave_in_utc_with_exactly_three_decimals() throws IOException {
        assertThat(written(Instant.parse("2025-01-15T10:30:00Z"))).contains("\"2025-01-15T10:30:00.000Z\"");
        assertThat(written(Instant.parse("2025-01-15T10:30:00.123987Z"))).contains("\"2025-01-15T10:30:00.123Z\"");
    }

    @Test
    void timestamps_may_come_without_a_fraction_and_with_an_offset() throws IOException {
        assertThat(read("2025-01-15T12:30:00+02:00")).isEqualTo(Instant.parse("2025-01-15T10:30:00Z"));
        assertThat(read("2025-01-15T10:30:00.5Z")).isEqualTo(Instant.parse("2025-01-15T10:30:00.500Z"));
    }

    @Test
    void what_is_no_timestamp_is_refused() {
        assertThatThrownBy(() -> read("yesterday")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("2025-02-30T00:00:00Z")).isInstanceOf(IOException.class);
    }

    private String written(Instant createdAt) throws IOException {
        return json.writeValueAsString(new SandboxStatus(
                "sbx-1",
                SandboxState.RUNNING,
                Isolation.CONTAINER,
                Map.of(),
                createdAt,
                Instant.EPOCH.plusSeconds(1),
                null,
                null,
                null,
                null,
                NetworkConfig.DEFAULT,
                null,
                null));
    }

    private Instant read(String createdAt) throws IOException {
        var status = written(Instant.EPOCH).replace("1970-01-01T00:00:00.000Z", createdAt);
        return requireNonNull(json.readValue(status, SandboxStatus.class)).createdAt();
    }
}
