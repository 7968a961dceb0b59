package dev.elevo.functions.sandboxes.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.functions.sandboxes.SandboxesFunction;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.keys.DynamoStandings;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.DynamoDevices;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who made a sandbox is told on his devices what became of it: by two instances that see the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushTest {
    private static final String PATH = "/api/v1/sandboxes";

    private final InMemoryPushes pushes = new InMemoryPushes();
    private Surrounded surrounded;
    private SandboxesFunction function;
    private SandboxesFunction cloud;
    private String user = "";
    private String phone = "";

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.sandboxes", 500).with("elevo.push.recorded", "true");
        function = open("writer");
        cloud = open("stream");
    }

    private SandboxesFunction open(String wokenBy) {
        return surrounded.start(shared -> {
            var properties = new HashMap<>(shared.properties());
            properties.put("elevo.events.by", wokenBy);
            var singletons = new ArrayList<>(shared.singletons());
            singletons.add(pushes);
            return new SandboxesFunction(new Surroundings(properties, singletons));
        });
    }

    @AfterAll
    void stop() {
        function.close();
        cloud.close();
        surrounded.close();
    }

    @BeforeEach
    void another_user_with_a_phone() {
        user = "user-" + UUID.randomUUID();
        phone = "dev-" + UUID.randomUUID();
        has(new Device(phone, DevicePlatform.ANDROID, "token"));
    }

    @Test
    void a_sandbox_that_was_stopped_by_a_timer_is_told_to_its_creator_once() {
        var id = create(function, "{\"timeoutMs\":60000,\"name\":\"mine-" + user.substring(5, 13) + "\"}");
        surrounded.clock().advance(Duration.ofMinutes(1));
        function.runSchedule("sweep");

        told(id);

        for (var instance : List.of(function, cloud)) {
            instance.runSchedule("pushes");
        }
        assertThat(pushes.about(id)).singleElement().satisfies(sent -> {
            assertThat(sent.deviceId()).isEqualTo(phone);
            assertThat(sent.message().title()).isEqualTo("Sandbox stopped");
            assertThat(sent.message().body())
                    .isEqualTo("mine-" + user.substring(5, 13) + " was stopped: its time was up");
            assertThat(sent.message().data())
                    .isEqualTo(Map.of("sandboxId", id, "state", "stopped", "reason", "timeout"));
        });
        Eventually.await(() -> known().lastTold(List.of(phone)).containsKey(phone));
    }

    @Test
    void so_is_one_that_failed_and_one_that_was_paused() {
        var failed = create(function, "{}");
        var paused = create(function, "{\"timeoutMs\":0,\"autoStopMinutes\":10,\"autoPause\":true}");
        surrounded.agent().end(failed, SandboxState.FAILED, EndReason.FAILED, "out of memory");
        surrounded.clock().advance(Duration.ofMinutes(10));
        function.runSchedule("sweep");

        told(failed);
        told(paused);
        assertThat(pushes.about(failed).getFirst().message().data())
                .containsEntry("state", "failed")
                .containsEntry("reason", "crash");
        assertThat(pushes.about(paused).getFirst().message().data())
                .containsEntry("state", "paused")
                .containsEntry("reason", "idle");
    }

    @Test
    void what_he_did_himself_he_is_not_told() {
        var id = create(function, "{}");
        ask(function, Events.post(PATH + "/" + id + "/stop", "{\"force\":true}"));
        ask(function, Events.of("DELETE", PATH + "/" + id));

        function.runSchedule("pushes");

        assertThat(pushes.about(id)).isEmpty();
        Eventually.await(() -> outbox().waiting().isEmpty());
    }

    @Test
    void in_the_cloud_it_is_the_tables_stream_that_has_it_told_and_twice_is_not_told_twice() throws IOException {
        var id = expired(cloud);
        assertThat(pushes.about(id)).isEmpty();
        var written = written();

        cloud.handleRequest(input(written), new ByteArrayOutputStream(), new MockLambdaContext());
        cloud.handleRequest(input(written), new ByteArrayOutputStream(), new MockLambdaContext());

        assertThat(pushes.about(id)).hasSize(1);
        Eventually.await(() -> outbox().waiting().isEmpty());
    }

    @Test
    void who_could_not_be_reached_is_told_by_the_next_run_and_the_others_are_not_again() {
        var tablet = "dev-" + UUID.randomUUID();
        has(new Device(phone, DevicePlatform.ANDROID, "token"), new Device(tablet, DevicePlatform.IOS, "other"));
        pushes.answer(tablet, PushSink.Outcome.NOT_NOW);
        var id = expired(cloud);

        cloud.runSchedule("pushes");
        assertThat(pushes.about(id)).extracting(InMemoryPushes.Sent::deviceId).containsExactly(phone);
        pushes.answer(tablet, PushSink.Outcome.SENT);
        cloud.runSchedule("pushes");
        cloud.runSchedule("pushes");

        assertThat(pushes.about(id)).extracting(InMemoryPushes.Sent::deviceId).containsExactly(phone, tablet);
    }

    @Test
    void where_nobody_knows_whether_it_was_told_it_is_not_told_again() {
        pushes.answer(phone, PushSink.Outcome.IN_DOUBT);
        var id = expired(cloud);

        cloud.runSchedule("pushes");
        cloud.runSchedule("pushes");

        assertThat(pushes.about(id)).hasSize(1);
    }

    @Test
    void what_breaks_over_it_changes_nothing_of_the_sandbox_and_is_not_begun_again() {
        has(new Device(phone, DevicePlatform.ANDROID, "breaks"));
        var id = expired(function);
        Eventually.await(() -> outbox().waiting().isEmpty());

        function.runSchedule("pushes");

        assertThat(ask(function, Events.get(PATH + "/" + id)).value("state")).isEqualTo("stopped");
        assertThat(pushes.about(id)).isEmpty();
    }

    @Test
    void a_dead_token_is_reported() {
        pushes.answer(phone, PushSink.Outcome.DEAD);
        var id = expired(cloud);

        cloud.runSchedule("pushes");

        assertThat(pushes.about(id)).isEmpty();
        assertThat(known().dead()).containsKey(phone);
        assertThat(known().lastTold(List.of(phone))).isEmpty();
        Eventually.await(() -> outbox().waiting().isEmpty());
    }

    @Test
    void who_was_disabled_is_told_nothing() {
        var id = expired(cloud);
        var standings = cloud.context().getBean(DynamoStandings.class);
        standings.save("acme", new Standing(false, Set.of(user), null, null, null, RateLimits.NONE), 1);

        cloud.runSchedule("pushes");

        assertThat(pushes.about(id)).isEmpty();
        Eventually.await(() -> outbox().waiting().isEmpty());
        standings.save("acme", Standing.USUAL, 2);
    }

    @Test
    void where_nobody_brings_messages_nothing_is_left_for_them() {
        try (var without = new Surrounded();
                var silent = without.start(SandboxesFunction::new)) {
            var id = Answer.of(silent.handle(Events.post(PATH, "{\"timeoutMs\":60000}")
                            .bearer(token())
                            .event()))
                    .textAt("id");
            without.clock().advance(Duration.ofMinutes(1));
            silent.runSchedule("sweep");
            silent.runSchedule("pushes");

            assertThat(ask(silent, Events.get(PATH + "/" + id)).value("state")).isEqualTo("stopped");
            assertThat(silent.context().getBean(PushOutbox.class).waiting()).isEmpty();
        }
    }

    /** Past its time, and recorded so by the instance. */
    private String expired(SandboxesFunction instance) {
        var id = create(instance, "{\"timeoutMs\":60000}");
        surrounded.clock().advance(Duration.ofMinutes(1));
        assertThat(ask(instance, Events.get(PATH + "/" + id)).value("state")).isEqualTo("stopped");
        return id;
    }

    private void told(String id) {
        Eventually.await(() -> !pushes.about(id).isEmpty());
    }

    private void has(Device... devices) {
        known().save("acme", user, List.of(devices), System.nanoTime());
    }

    private DynamoDevices known() {
        return function.context().getBean(DynamoDevices.class);
    }

    private PushOutbox outbox() {
        return function.context().getBean(PushOutbox.class);
    }

    /** As the table's stream tells it. */
    private String written() {
        return "{\"Records\":["
                + String.join(
                        ",",
                        outbox().waiting().stream()
                                .map(key -> "{\"eventName\":\"INSERT\",\"dynamodb\":{\"Keys\":{\"PK\":{\"S\":\""
                                        + key.partition() + "\"},\"SK\":{\"S\":\"" + key.sort() + "\"}}}}")
                                .toList())
                + "]}";
    }

    private static ByteArrayInputStream input(String event) {
        return new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8));
    }

    private String create(SandboxesFunction instance, String body) {
        var answer = ask(instance, Events.post(PATH, body));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.textAt("id");
    }

    private Answer ask(SandboxesFunction instance, Events request) {
        return Answer.of(instance.handle(request.bearer(token()).event()));
    }

    private String token() {
        return Tokens.hs256(Tokens.claims(user, surrounded.clock().instant())
                .claim("org", "acme")
                .claim("scopes", Stream.of("*").toList()));
    }
}
