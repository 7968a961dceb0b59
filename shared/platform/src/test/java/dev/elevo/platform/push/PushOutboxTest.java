package dev.elevo.platform.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusReason;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushOutboxTest {
    private final SettableClock clock = new SettableClock();
    private TestTable table;
    private PushOutbox outbox;
    private DynamoDevices devices;

    @BeforeAll
    void open() {
        table = TestTable.create();
        outbox = new PushOutbox(
                table.client(), table.configuration(), new PushConfiguration("", "", true, ""), List.of(), clock);
        devices = new DynamoDevices(table.client(), table.configuration());
    }

    @AfterAll
    void close() {
        table.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED, CRASH, true",
        "STOPPED, TIMEOUT, true",
        "STOPPED, IDLE, true",
        "PAUSED, TIMEOUT, true",
        "PAUSED, IDLE, true",
        "DELETED, TIMEOUT, true",
        "STOPPED, API, false",
        "STOPPED, CRASH, false",
        "PAUSED, API, false",
        "DELETED, API, false",
        "DELETED, AUTO_DELETE, false",
        "RUNNING, CREATED, false",
        "CREATING, API, false"
    })
    void news_is_what_nobody_did_himself(SandboxState state, StatusReason reason, boolean isNews) {
        assertThat(Push.of(change(state, reason), "ann").isPresent()).isEqualTo(isNews);
        assertThat(Push.of(change(state, reason), null))
                .as("nobody is there to be told")
                .isEmpty();
    }

    @Test
    void of_many_who_see_it_one_has_it() throws Exception {
        var push = left();

        try (var threads = Executors.newFixedThreadPool(16)) {
            var claims = threads.invokeAll(IntStream.range(0, 16)
                    .<Callable<Optional<Push>>>mapToObj(i -> () -> outbox.claim(PushOutbox.Key.of(push)))
                    .toList());
            var winners = 0;
            for (var claim : claims) {
                winners += claim.get().isPresent() ? 1 : 0;
            }
            assertThat(winners).isOne();
        }
        assertThat(outbox.waiting()).doesNotContain(PushOutbox.Key.of(push));
    }

    @Test
    void who_is_left_out_is_told_later_and_the_others_are_not() {
        var push = left();
        outbox.release(outbox.claim(PushOutbox.Key.of(push)).orElseThrow(), Set.of("dev-1"));

        assertThat(outbox.waiting()).contains(PushOutbox.Key.of(push));
        var again = outbox.claim(PushOutbox.Key.of(push)).orElseThrow();
        assertThat(again).isEqualTo(push.knownBy(Set.of("dev-1")));
        outbox.done(again);
        assertThat(outbox.claim(PushOutbox.Key.of(push))).isEmpty();
        assertThat(outbox.waiting()).doesNotContain(PushOutbox.Key.of(push));
    }

    @Test
    void what_is_old_is_no_news() {
        var push = left();
        clock.advance(Duration.ofHours(2));

        assertThat(outbox.claim(PushOutbox.Key.of(push))).isEmpty();
        assertThat(outbox.waiting()).doesNotContain(PushOutbox.Key.of(push));
    }

    @Test
    void an_older_list_of_devices_does_not_come_back() {
        var phone = new Device("dev-1", DevicePlatform.IOS, "t1");
        var tablet = new Device("dev-2", DevicePlatform.ANDROID, "t2");
        devices.save("acme", "ann", List.of(phone, tablet), 2);
        devices.save("acme", "ann", List.of(phone), 1);
        assertThat(devices.of("acme", "ann")).containsExactly(phone, tablet);

        devices.save("acme", "ann", List.of(), 3);
        assertThat(devices.of("acme", "ann")).isEmpty();
        assertThat(devices.of("acme", "nobody")).isEmpty();
    }

    private Push left() {
        var push =
                Push.of(change(SandboxState.STOPPED, StatusReason.IDLE), "ann").orElseThrow();
        table.client().transactWriteItems(request -> request.transactItems(outbox.announce(push)));
        return push;
    }

    private StatusChange change(SandboxState state, StatusReason reason) {
        return new StatusChange(
                "acme", Ids.SANDBOX.random(), "web", Map.of(), state, SandboxState.RUNNING, reason, clock.instant(), 7);
    }
}
