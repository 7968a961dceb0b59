package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.DynamoDevices;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Devices through the function's handler, and what the area of the sandboxes gets to know of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DevicesTest {
    private static final String PATH = "/api/v1/users/me/devices";

    private final Surrounded surrounded = new Surrounded();
    private AdminFunction function;

    @BeforeAll
    void start() {
        PostgresLocal.shared().newDatabase().forEach(surrounded::with);
        function = surrounded.start(AdminFunction::new);
        function.runSchedule("projection");
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void a_device_is_registered_listed_and_removed_and_its_token_is_not_told() {
        var made = register("ann", "{\"platform\":\"android\",\"token\":\"token-123456\",\"name\":\"phone\"}");
        var id = made.textAt("id");

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("location")).isEqualTo(PATH + "/" + id);
        assertThat(made.body())
                .containsEntry("platform", "android")
                .containsEntry("name", "phone")
                .containsEntry("tokenSuffix", "123456")
                .containsKey("createdAt")
                .doesNotContainKeys("token", "lastNotifiedAt");
        assertThat(known().of("acme", "ann")).containsExactly(new Device(id, DevicePlatform.ANDROID, "token-123456"));
        var told = surrounded.clock().stored();
        known().noteTold(id, told);
        assertThat(ask("ann", Events.get(PATH)).data("lastNotifiedAt")).containsExactly(told.toString());

        assertThat(ask("ann", Events.of("DELETE", PATH + "/" + id)).status()).isEqualTo(204);
        assertThat(ask("ann", Events.get(PATH)).data("id")).isEmpty();
        assertThat(known().of("acme", "ann")).isEmpty();
        assertThat(ask("ann", Events.of("DELETE", PATH + "/" + id)).outcome()).isEqualTo(9008);
    }

    @Test
    void a_token_that_is_known_is_no_second_device() {
        var first = register("again", "{\"platform\":\"ios\",\"token\":\"same-token\",\"name\":\"old\"}");
        surrounded.clock().advance(Duration.ofMinutes(1));
        var second = register("again", "{\"platform\":\"ios\",\"token\":\"same-token\"}");

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(ask("again", Events.get(PATH)).data("id")).containsExactly(first.value("id"));
    }

    @Test
    void whoever_has_the_token_has_the_device_and_learns_nothing_of_its_past() {
        var before = register("seller", "{\"platform\":\"ios\",\"token\":\"sold-token\",\"name\":\"hers\"}");
        known().noteTold(before.textAt("id"), surrounded.clock().instant());

        var after = register("buyer", "{\"platform\":\"ios\",\"token\":\"sold-token\"}");

        assertThat(after.status()).isEqualTo(200);
        assertThat(after.value("id")).isNotEqualTo(before.value("id"));
        assertThat(after.body()).doesNotContainKeys("name", "lastNotifiedAt");
        assertThat(known().of("acme", "seller")).isEmpty();
        assertThat(ask("seller", Events.get(PATH)).data("id")).isEmpty();
        assertThat(known().of("acme", "buyer")).extracting(Device::token).containsExactly("sold-token");
    }

    @Test
    void another_users_device_is_not_there() {
        var id = register("owner", "{\"platform\":\"ios\",\"token\":\"private-token\"}")
                .textAt("id");

        assertThat(ask("stranger", Events.of("DELETE", PATH + "/" + id)).outcome())
                .isEqualTo(9008);
        assertThat(known().of("acme", "owner")).hasSize(1);
    }

    @Test
    void what_is_missing_or_too_long_is_named() {
        assertThat(register("bad", "{}").fields()).containsExactlyInAnyOrder("platform", "token");
        assertThat(register("bad", "{\"platform\":\"ios\",\"token\":\"\"}").fields())
                .containsExactly("token");
        assertThat(register("bad", "{\"platform\":\"ios\",\"token\":\"" + "x".repeat(4097) + "\"}")
                        .fields())
                .containsExactly("token");
        assertThat(register("bad", "{\"platform\":\"ios\",\"token\":\"x\",\"name\":\"" + "x".repeat(101) + "\"}")
                        .fields())
                .containsExactly("name");
        assertThat(register("bad", "{\"platform\":\"symbian\",\"token\":\"x\"}").status())
                .isEqualTo(400);
        assertThat(register("bad", "{\"platform\":\"ios\",\"token\":\"a\\u0000b\"}")
                        .outcome())
                .isEqualTo(9004);
        assertThat(register("bad", "{\"platform\":\"ios\",\"token\":\"" + "x".repeat(4096) + "\"}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_repeated_request_gets_the_same_device() {
        var first = ask(
                "repeats",
                Events.post(PATH, "{\"platform\":\"ios\",\"token\":\"once\"}").header("x-idempotency-key", "one"));
        var second = ask(
                "repeats",
                Events.post(PATH, "{\"platform\":\"ios\",\"token\":\"once\"}").header("x-idempotency-key", "one"));

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void nobody_has_more_than_the_limit_however_many_register_at_once() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var attempts = threads.invokeAll(IntStream.range(0, Devices.MOST_PER_USER + 4)
                    .<Callable<Integer>>mapToObj(
                            i -> () -> register("hoards", "{\"platform\":\"ios\",\"token\":\"hoard-" + i + "\"}")
                                    .status())
                    .toList());
            var made = 0;
            for (var attempt : attempts) {
                made += attempt.get() == 201 ? 1 : 0;
            }
            assertThat(made).isEqualTo(Devices.MOST_PER_USER);
        }
        assertThat(known().of("acme", "hoards")).hasSize(Devices.MOST_PER_USER);
    }

    @Test
    void a_token_that_many_want_at_once_is_one_mans_in_both_stores() throws Exception {
        var users = List.of("grab-1", "grab-2", "grab-3", "grab-4");
        try (var threads = Executors.newFixedThreadPool(users.size())) {
            for (var taken : threads.invokeAll(users.stream()
                    .<Callable<Integer>>map(user -> () -> register(user, "{\"platform\":\"ios\",\"token\":\"wanted\"}")
                            .status())
                    .toList())) {
                assertThat(taken.get()).isIn(200, 201);
            }
        }
        var listed = users.stream()
                .filter(user -> !ask(user, Events.get(PATH)).data("id").isEmpty())
                .toList();
        var projected = users.stream()
                .filter(user -> !known().of("acme", user).isEmpty())
                .toList();
        assertThat(listed).hasSize(1);
        assertThat(projected).isEqualTo(listed);
    }

    @Test
    void what_was_found_dead_is_removed_unless_it_has_come_back_since() {
        var dead = register("mourns", "{\"platform\":\"ios\",\"token\":\"dead-token\"}")
                .textAt("id");
        var alive = register("mourns", "{\"platform\":\"ios\",\"token\":\"live-token\"}")
                .textAt("id");
        known().reportDead(dead, surrounded.clock().instant());
        known().reportDead(alive, surrounded.clock().instant());
        surrounded.clock().advance(Duration.ofSeconds(1));
        register("mourns", "{\"platform\":\"ios\",\"token\":\"live-token\"}");

        function.runSchedule("projection");

        assertThat(ask("mourns", Events.get(PATH)).data("id")).containsExactly(alive);
        assertThat(known().of("acme", "mourns")).extracting(Device::id).containsExactly(alive);
        assertThat(known().dead()).isEmpty();
    }

    @Test
    void any_name_of_an_organization_and_a_user_is_told_apart() {
        for (var owner : List.of(
                new DeviceOwner("a", "b"),
                new DeviceOwner("a:1", "2:b"),
                new DeviceOwner("", "x"),
                new DeviceOwner("12", ""))) {
            assertThat(DeviceOwner.read(owner.subject().id())).isEqualTo(owner);
        }
    }

    private DynamoDevices known() {
        return function.context().getBean(DynamoDevices.class);
    }

    private Answer register(String user, String body) {
        return ask(user, Events.post(PATH, body));
    }

    private Answer ask(String user, Events request) {
        var token = Tokens.hs256(Tokens.claims(user, surrounded.clock().instant())
                .claim("org", "acme")
                .claim("scopes", List.of()));
        return Answer.of(function.handle(request.bearer(token).event()));
    }
}
