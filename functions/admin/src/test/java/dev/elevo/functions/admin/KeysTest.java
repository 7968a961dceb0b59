package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.RateClass;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.keys.DynamoApiKeyStore;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Users, keys and organizations through the function's handler, on a real PostgreSQL and a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
    private static final String MINE = "/api/v1/users/me/api-keys";
    private static final String ORGANIZATIONS = "/api/v1/admin/organizations";
    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    private final AtomicInteger addresses = new AtomicInteger();
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
    void whoever_has_a_credential_has_a_record() {
        var answer = ask("ann", "acme", Events.get("/api/v1/users/me"), "files:read");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).containsEntry("id", "ann").containsEntry("organizationId", "acme");
        assertThat(answer.value("auth.type")).isEqualTo("bearer");
        assertThat(answer.value("auth.scopes")).isEqualTo(List.of("files:read"));
        assertThat(admin(Events.get("/api/v1/users/me")).value("auth.keyId")).isEqualTo("bootstrap");
    }

    @Test
    void what_is_left_out_of_a_user_is_cleared() {
        var all = "{\"name\":\"Ann\",\"email\":\"ann@example.org\",\"metadata\":{\"a\":\"b\"}}";
        var first = ask("describes", "acme", put(all), "user:write");
        var second = ask("describes", "acme", put("{\"name\":\"Anne\"}"), "user:write");

        assertThat(first.value("email")).isEqualTo("ann@example.org");
        assertThat(first.value("metadata.a")).isEqualTo("b");
        assertThat(second.body()).containsEntry("name", "Anne").doesNotContainKey("email");
        assertThat(ask("describes", "acme", put("{\"email\":\"nobody\"}"), "user:write")
                        .fields())
                .containsExactly("email");
    }

    @Test
    void a_key_is_told_once_and_works_until_it_is_revoked() {
        var made = create("lives", "{\"name\":\"first\",\"permissions\":[\"user:write\",\"files:*\"]}", "*");
        var key = made.textAt("key");

        assertThat(made.status()).isEqualTo(201);
        assertThat(key).matches("ewk_[A-Za-z0-9_-]{43}").startsWith(made.textAt("prefix"));
        assertThat(byKey(key, Events.get("/api/v1/users/me")).value("auth.scopes"))
                .isEqualTo(List.of("user:write", "files:*"));
        var listed = byKey(key, Events.get(MINE));
        assertThat(listed.data("id")).containsExactly(made.value("id"));
        assertThat(listed.data("key")).containsOnlyNulls();
        assertThat(listed.data("lastUsedAt")).doesNotContainNull();

        assertThat(byKey(key, Events.of("DELETE", MINE + "/" + made.value("id")))
                        .status())
                .isEqualTo(204);
        assertThat(byKey(key, Events.get(MINE)).reason()).isEqualTo("revoked");
    }

    @Test
    void a_key_is_given_nothing_that_its_maker_does_not_hold() {
        assertThat(create("narrow", "{\"name\":\"x\",\"permissions\":[\"files:*\"]}", "files:read", "user:write")
                        .outcome())
                .isEqualTo(1005);
        assertThat(create("narrow", "{\"name\":\"x\",\"permissions\":[\"*\"]}", "files:*", "user:write")
                        .outcome())
                .isEqualTo(1005);
        assertThat(create("narrow", "{\"name\":\"x\"}", "files:*", "user:write").value("permissions"))
                .isEqualTo(List.of("files:*", "user:write"));
    }

    @Test
    void a_narrowed_key_can_less_at_once_and_cannot_widen_itself() {
        var made = create("narrows", "{\"name\":\"x\",\"permissions\":[\"user:write\",\"files:*\"]}", "*");
        var key = made.textAt("key");
        var path = MINE + "/" + made.value("id");

        var narrowed = byKey(key, patch(path, "{\"permissions\":[\"user:write\"]}"));
        var widened = byKey(key, patch(path, "{\"permissions\":[\"user:write\",\"files:*\"]}"));

        assertThat(narrowed.value("permissions")).isEqualTo(List.of("user:write"));
        assertThat(widened.outcome()).isEqualTo(1005);
    }

    @Test
    void a_repeat_gets_the_same_key_though_nobody_keeps_it() {
        var first = admin(Events.post(MINE, "{\"name\":\"once\"}").header("x-idempotency-key", "once"));
        var second = admin(Events.post(MINE, "{\"name\":\"once\"}").header("x-idempotency-key", "once"));

        assertThat(second.value("key")).isEqualTo(first.value("key"));
        assertThat(second.header("X-Idempotent-Replayed")).isEqualTo("true");
        assertThat(surrounded
                        .table()
                        .client()
                        .scanPaginator(request -> request.tableName(
                                surrounded.table().configuration().table()))
                        .items()
                        .stream()
                        .filter(item -> item.containsKey("answerStatus")))
                .isNotEmpty()
                .allSatisfy(item -> assertThatThrownBy(() -> unpack(item)).isInstanceOf(ZipException.class));
    }

    private static byte[] unpack(Map<String, AttributeValue> item) throws IOException {
        try (var unpacked =
                new GZIPInputStream(Objects.requireNonNull(item.get("body")).b().asInputStream())) {
            return unpacked.readAllBytes();
        }
    }

    @Test
    void a_narrower_key_of_the_same_user_is_not_told_what_a_wider_one_was() {
        var wide = create("twice", "{\"name\":\"wide\",\"permissions\":[\"*\"]}", "*")
                .textAt("key");
        var narrow = create("twice", "{\"name\":\"narrow\",\"permissions\":[\"user:write\"]}", "*")
                .textAt("key");
        var request = Events.post(MINE, "{\"name\":\"x\"}").header("x-idempotency-key", "twice");

        var told = byKey(wide, request);
        var refused = byKey(narrow, Events.post(MINE, "{\"name\":\"x\"}").header("x-idempotency-key", "twice"));
        surrounded.clock().advance(Duration.ofDays(1).plusSeconds(1));
        var later = byKey(narrow, Events.post(MINE, "{\"name\":\"x\"}").header("x-idempotency-key", "twice"));
        var changed = byKey(wide, Events.post(MINE, "{\"name\":\"y\"}").header("x-idempotency-key", "twice"));

        assertThat(told.status()).isEqualTo(201);
        assertThat(refused.outcome()).isEqualTo(9009);
        assertThat(later.value("permissions")).isEqualTo(List.of("user:write"));
        assertThat(later.value("key")).isNotEqualTo(told.value("key"));
        assertThat(changed.outcome()).isEqualTo(9009);
    }

    @Test
    void who_is_known_by_tokens_only_can_be_shut_out() {
        assertThat(admin(Events.of("POST", ORGANIZATIONS + "/tokens/users/mallory/disable"))
                        .status())
                .isEqualTo(200);
        assertThat(ask("mallory", "tokens", Events.get(MINE), "*").outcome()).isEqualTo(1002);
        assertThat(admin(patch(ORGANIZATIONS + "/unknown", "{\"maxSandboxes\":3}"))
                        .value("maxSandboxes"))
                .isEqualTo(3);
    }

    @Test
    void a_name_may_have_spaces_but_not_be_one() {
        assertThat(admin(patch(ORGANIZATIONS + "/ ", "{\"maxSandboxes\":3}")).outcome())
                .isEqualTo(9008);
        admin(patch(ORGANIZATIONS + "/Acme Ltd", "{\"maxSandboxes\":3}"));

        var invited = admin(Events.post(ORGANIZATIONS + "/Acme Ltd/users", "{\"id\":\"eve\"}"));

        assertThat(invited.status()).isEqualTo(201);
        assertThat(invited.header("location")).isEqualTo(ORGANIZATIONS + "/Acme%20Ltd/users/eve");
    }

    @Test
    void a_permission_is_one_and_no_list() {
        for (var odd : List.of("files:read,gateway.admin", "files:read gateway.admin", "files:l\u00e4s")) {
            assertThat(create("odd", "{\"name\":\"x\",\"permissions\":[\"%s\"]}".formatted(odd), "*")
                            .outcome())
                    .as(odd)
                    .isEqualTo(9004);
        }
        assertThat(create("odd", "{\"name\":\"x\",\"permissions\":[\"files:*\",\"a-b.c_d?\"]}", "*")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_slip_in_a_permission_is_told_with_what_may_have_been_meant() {
        var slip = create("slips", "{\"name\":\"x\",\"permissions\":[\"files:read\",\"sandbox:raed\"]}", "*");
        var made = create("slips", "{\"name\":\"x\",\"permissions\":[\"orders.read\"]}", "*");
        var changed =
                ask("slips", "races", patch(MINE + "/" + made.value("id"), "{\"permissions\":[\"files:raed\"]}"), "*");
        admin(Events.post(
                "/admin/permissions", "{\"permission_code\":\"run:paint\",\"permission_name\":\"of a route\"}"));

        assertThat(slip.outcome()).isEqualTo(9004);
        assertThat(slip.fields()).containsExactly("permissions[1]");
        assertThat(slip.text()).contains("did you mean sandbox:read?");
        assertThat(made.status()).isEqualTo(201);
        assertThat(changed.fields()).containsExactly("permissions[0]");
        assertThat(create("slips", "{\"name\":\"x\",\"permissions\":[\"run:paint\"]}", "*")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_key_of_no_permissions_is_one_that_shows_who_comes() {
        var made = create("shows", "{\"name\":\"x\",\"permissions\":[]}", "*");

        assertThat(byKey(made.textAt("key"), Events.get("/api/v1/users/me")).value("id"))
                .isEqualTo("shows");
        assertThat(byKey(made.textAt("key"), Events.get("/api/v1/audit/events")).outcome())
                .isEqualTo(1005);
    }

    @Test
    void a_key_that_the_database_does_not_know_gives_nothing_away() {
        var key = "ewk_" + "u".repeat(43);
        function.context()
                .getBean(DynamoApiKeyStore.class)
                .save(
                        Events.sha256(key),
                        new ApiKey("key-unknown", "races", "lost", List.of("*"), null, false, RateLimits.NONE),
                        1);

        assertThat(byKey(key, Events.get("/api/v1/users/me")).status()).isEqualTo(200);
        assertThat(byKey(key, Events.post(MINE, "{\"name\":\"x\"}")).reason()).isEqualTo("unknown_key");
    }

    @Test
    void what_is_no_time_is_told_with_one() {
        var answer = create("times", "{\"name\":\"x\",\"expiresAt\":\"tomorrow\"}", "*");

        assertThat(answer.outcome()).isEqualTo(9005);
        assertThat(answer.fields()).containsExactly("expiresAt");
        assertThat(answer.text()).contains("must be a time as 2026-01-31T00:00:00Z");
    }

    @Test
    void an_organization_is_made_with_its_quotas_and_what_is_out_of_range_is_named() {
        var refused = admin(Events.post(ORGANIZATIONS, "{\"id\":\"quotas\",\"maxSandboxes\":-1}"));
        var limits = admin(Events.post(ORGANIZATIONS, "{\"id\":\"quotas\",\"limits\":{\"exec\":0}}"));
        assertThat(admin(Events.get(ORGANIZATIONS + "/quotas")).status()).isEqualTo(404);
        var made = admin(Events.post(ORGANIZATIONS, "{\"id\":\"quotas\",\"maxSandboxes\":3,\"limits\":{\"exec\":7}}"));

        assertThat(refused.fields()).containsExactly("maxSandboxes");
        assertThat(limits.fields()).containsExactly("limits.exec");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.value("maxSandboxes")).isEqualTo(3);
        assertThat(standings().of("quotas").maxSandboxes()).isEqualTo(3);
        assertThat(standings().of("quotas").limits().perMinute()).containsEntry(RateClass.EXEC, 7);
    }

    @Test
    void an_organization_that_is_there_is_answered_as_it_is_if_it_is_what_was_asked_for() {
        var body = "{\"id\":\"again\",\"name\":\"Again\",\"maxVolumes\":2}";
        var first = admin(Events.post(ORGANIZATIONS, body));
        var second = admin(Events.post(ORGANIZATIONS, body));
        var other = admin(Events.post(ORGANIZATIONS, "{\"id\":\"again\",\"name\":\"Again\",\"maxVolumes\":3}"));

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(other.outcome()).isEqualTo(9004);
        assertThat(other.fields()).containsExactly("maxVolumes");
    }

    @Test
    void what_the_database_cannot_hold_is_9004() {
        var far = "{\"name\":\"x\",\"expiresAt\":\"+999999-01-01T00:00:00Z\"}";

        assertThat(ask("odd", "acme", put("{\"name\":\"a\\u0000b\"}"), "*").outcome())
                .isEqualTo(9004);
        assertThat(ask("odd", "acme", put("{\"metadata\":{\"a\":\"\\u0000\"}}"), "*")
                        .outcome())
                .isEqualTo(9004);
        assertThat(create("odd", far, "*").outcome()).isEqualTo(9004);
        assertThat(create("odd", "{\"name\":\"x\",\"permissions\":[null]}", "*").status())
                .isBetween(400, 422);
        assertThat(ask("odd", "acme", put("{\"metadata\":{\"a\":null}}"), "*").status())
                .isBetween(400, 422);
        assertThat(admin(patch(ORGANIZATIONS + "/odd", "{\"limits\":{\"exec\":null}}"))
                        .status())
                .isBetween(400, 422);
        assertThat(ask("odd", "acme", patch(MINE + "/" + "k".repeat(3000), "{\"name\":\"x\"}"), "*")
                        .outcome())
                .isEqualTo(9008);
    }

    @Test
    void names_that_mean_something_else_are_nobodys_and_an_invitation_changes_nobody() {
        assertThat(admin(Events.post(ORGANIZATIONS, "{\"id\":\"system\"}")).outcome())
                .isEqualTo(9004);
        assertThat(admin(Events.post(ORGANIZATIONS, "{\"id\":\"default\"}")).outcome())
                .isEqualTo(9004);
        var claims = Tokens.claims("default", surrounded.clock().instant()).claim("scopes", List.of("*"));
        assertThat(anonymous(Events.get(MINE).bearer(Tokens.hs256(claims))).outcome())
                .isEqualTo(1004);

        admin(Events.post(ORGANIZATIONS, "{\"id\":\"invites\"}"));
        var users = ORGANIZATIONS + "/invites/users";
        assertThat(admin(Events.post(users, "{\"id\":\"eve\",\"role\":\"viewer\"}"))
                        .status())
                .isEqualTo(201);
        assertThat(admin(Events.post(users, "{\"id\":\"eve\"}")).status()).isEqualTo(201);
        assertThat(admin(Events.post(users, "{\"id\":\"eve\",\"role\":\"admin\"}"))
                        .fields())
                .containsExactly("role");
    }

    @Test
    void a_key_that_ends_in_the_past_is_refused_and_one_that_has_ended_is_1003() {
        var past = surrounded.clock().instant().minusSeconds(1);
        var soon = surrounded.clock().instant().plusSeconds(30);

        assertThat(create("ends", "{\"name\":\"x\",\"expiresAt\":\"" + past + "\"}", "*")
                        .fields())
                .containsExactly("expiresAt");
        var made = create("ends", "{\"name\":\"x\",\"expiresAt\":\"" + soon + "\"}", "*");
        surrounded.clock().advance(Duration.ofSeconds(31));
        assertThat(byKey(made.textAt("key"), Events.get(MINE)).outcome()).isEqualTo(1003);
    }

    @Test
    void a_token_can_be_revoked_by_whoever_holds_it_and_a_key_cannot() {
        var claims = Tokens.claims("leaves", surrounded.clock().instant()).jwtID("jti-1");
        var token = Tokens.hs256(claims);

        assertThat(anonymous(Events.of("POST", "/api/v1/auth/revoke").bearer(token))
                        .status())
                .isEqualTo(204);
        assertThat(anonymous(Events.get("/api/v1/users/me").bearer(token)).reason())
                .isEqualTo("revoked");
        assertThat(admin(Events.of("POST", "/api/v1/auth/revoke")).outcome()).isEqualTo(9004);
    }

    @Test
    void sixty_four_users_at_once_have_exactly_the_keys_that_they_did_not_revoke() throws Exception {
        var barrier = new CyclicBarrier(64);
        var lives = new ArrayList<Callable<Boolean>>();
        IntStream.range(0, 64)
                .forEach(i -> lives.add(() -> {
                    barrier.await();
                    var user = "racer-" + i;
                    var kept = create(user, "{\"name\":\"kept\",\"permissions\":[\"user:write\",\"files:*\"]}", "*");
                    byKey(
                            kept.textAt("key"),
                            patch(MINE + "/" + kept.value("id"), "{\"permissions\":[\"user:write\"]}"));
                    var narrow = byKey(kept.textAt("key"), Events.get("/api/v1/users/me"))
                            .value("auth.scopes");
                    var gone = create(user, "{\"name\":\"gone\",\"permissions\":[\"user:write\"]}", "*");
                    var worked = byKey(gone.textAt("key"), Events.get(MINE)).status() == 200;
                    var revoked = ask(user, "races", Events.of("DELETE", MINE + "/" + gone.value("id")), "*")
                            .status();
                    var refused = byKey(gone.textAt("key"), Events.get(MINE)).reason();
                    var left = byKey(kept.textAt("key"), Events.get(MINE)).data("name");
                    return worked
                            && revoked == 204
                            && "revoked".equals(refused)
                            && left.equals(List.of("kept"))
                            && List.of("user:write").equals(narrow);
                }));

        try (var threads = Executors.newFixedThreadPool(64)) {
            for (var life : threads.invokeAll(lives)) {
                assertThat(life.get()).isTrue();
            }
        }
    }

    /** Callers of one key, on two instances; what each of them was told in one stage after the other. */
    private final class Crowd implements AutoCloseable {
        private static final int CALLERS = 64;

        private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS + 1);
        private final List<AdminFunction> instances;
        private final String key;

        Crowd(String key, AdminFunction other) {
            this.key = key;
            this.instances = List.of(function, other);
        }

        /** Of all calls, while the change is made. */
        Set<Object> calls(Supplier<Events> request, Function<Answer, @Nullable Object> told, Callable<Answer> change)
                throws Exception {
            var barrier = new CyclicBarrier(CALLERS + 1);
            var changed = threads.submit(() -> {
                barrier.await();
                return change.call();
            });
            var calls = IntStream.range(0, CALLERS)
                    .mapToObj(i -> threads.submit(() -> {
                        barrier.await();
                        return List.of(ask(i, request, told), ask(i, request, told));
                    }))
                    .toList();
            var all = new HashSet<Object>();
            for (var call : calls) {
                all.addAll(call.get());
            }
            assertThat(changed.get().status()).isBetween(200, 204);
            surrounded.clock().advance(REMEMBERED);
            return all;
        }

        private Object ask(int caller, Supplier<Events> request, Function<Answer, @Nullable Object> told) {
            var from = "10.1.0." + caller;
            var event = request.get().header("x-api-key", key).from(from).event();
            return Objects.requireNonNull(told.apply(
                    Answer.of(instances.get(caller % instances.size()).handle(event))));
        }

        @Override
        public void close() {
            threads.close();
        }
    }

    @RepeatedTest(3)
    void a_key_that_sixty_four_use_while_it_is_narrowed_and_revoked_is_never_more_than_it_was() throws Exception {
        var wide = List.of("user:write", "audit:read");
        var narrow = List.of("user:write");
        var made = create("crowd", "{\"name\":\"x\",\"permissions\":[\"user:write\",\"audit:read\"]}", "*");
        var path = MINE + "/" + made.value("id");
        // What there was before needs no looking through.
        var since = surrounded.clock().instant();
        Supplier<Events> trail = () -> Events.get("/api/v1/audit/events?cursor=&limit=1&from=" + since);
        Supplier<Events> me = () -> Events.get("/api/v1/users/me");
        Callable<Answer> nothing = () -> ask("crowd", "races", Events.get(MINE), "*");

        try (var other = surrounded.start(AdminFunction::new);
                var crowd = new Crowd(made.textAt("key"), other)) {
            assertThat(crowd.calls(trail, Answer::outcome, nothing)).containsOnly(200);

            var scopes = crowd.calls(
                    me,
                    answer -> answer.value("auth.scopes"),
                    () -> ask("crowd", "races", patch(path, "{\"permissions\":[\"user:write\"]}"), "*"));
            assertThat(scopes).isSubsetOf(wide, narrow);
            assertThat(crowd.calls(me, answer -> answer.value("auth.scopes"), nothing))
                    .containsOnly(narrow);
            assertThat(crowd.calls(trail, Answer::outcome, nothing)).containsOnly(1005);

            var outcomes =
                    crowd.calls(trail, Answer::outcome, () -> ask("crowd", "races", Events.of("DELETE", path), "*"));
            assertThat(outcomes).isSubsetOf(1005, 1004);
            assertThat(crowd.calls(me, Answer::outcome, nothing)).containsOnly(1004);
        }
    }

    @Test
    void of_many_who_make_keys_for_one_user_at_once_none_passes_the_limit() throws Exception {
        try (var threads = Executors.newFixedThreadPool(16)) {
            var attempts = threads.invokeAll(IntStream.range(0, Keys.MOST_PER_USER + 8)
                    .<Callable<Integer>>mapToObj(
                            i -> () -> create("hoards", "{\"name\":\"x\"}", "*").status())
                    .toList());
            var made = 0;
            for (var attempt : attempts) {
                made += attempt.get() == 201 ? 1 : 0;
            }
            assertThat(made).isEqualTo(Keys.MOST_PER_USER);
        }
    }

    @Test
    void what_died_between_the_two_stores_is_finished_by_the_next_run() {
        var made = create("dies", "{\"name\":\"x\",\"permissions\":[\"user:write\"]}", "*");
        var key = made.textAt("key");
        assertThat(byKey(key, Events.get(MINE)).status()).isEqualTo(200);

        var killed = new AtomicBoolean();
        var dying = surrounded.start(surroundings -> {
            var singletons = new ArrayList<>(surroundings.singletons());
            singletons.add(new DyingProjector(killed));
            return new AdminFunction(new Surroundings(surroundings.properties(), singletons));
        });
        try (dying) {
            var request = Events.of("DELETE", MINE + "/" + made.value("id")).bearer(token("dies", "races", "*"));
            assertThat(Answer.of(dying.handle(request.event())).status()).isEqualTo(500);
        }
        surrounded.clock().advance(REMEMBERED);

        assertThat(killed).isTrue();
        assertThat(byKey(key, Events.get(MINE)).status())
                .as("not yet projected")
                .isEqualTo(200);
        surrounded.clock().advance(Changes.ABANDONED);
        function.runSchedule("projection");

        assertThat(byKey(key, Events.get(MINE)).reason()).isEqualTo("revoked");
    }

    @Test
    void a_note_that_is_being_committed_while_its_mark_goes_is_not_forgotten() throws Exception {
        var made = create("commits", "{\"name\":\"x\",\"permissions\":[\"user:write\"]}", "*");
        var database = function.context().getBean(Database.class);
        var sql = function.context().getBean(Sql.class);
        var noted = new CountDownLatch(1);
        var mayCommit = new CountDownLatch(1);
        var mark = Map.of(
                "PK", AttributeValue.fromS("PROJECTION"),
                "SK", AttributeValue.fromS("of-one-that-dies-after-its-commit"),
                "at", AttributeValue.fromN("0"));
        surrounded
                .table()
                .client()
                .putItem(request -> request.tableName(
                                surrounded.table().configuration().table())
                        .item(mark));

        try (var threads = Executors.newFixedThreadPool(2)) {
            var commit = threads.submit(() -> database.change(() -> {
                sql.update(
                        "UPDATE api_key SET revoked_at = now(), version = version + 1 WHERE id = ?", made.value("id"));
                sql.update("INSERT INTO outbox (kind, subject) VALUES ('KEY', ?)", made.value("id"));
                noted.countDown();
                await(mayCommit);
            }));
            noted.await();
            var finishing = threads.submit(() -> function.runSchedule("projection"));
            while (!finishing.isDone() && waitingForNotes(database, sql) == 0) {
                Thread.onSpinWait();
            }
            mayCommit.countDown();
            commit.get();
            finishing.get();
        }
        surrounded.clock().advance(REMEMBERED);

        assertThat(byKey(made.textAt("key"), Events.get(MINE)).reason()).isEqualTo("revoked");
    }

    private static long waitingForNotes(Database database, Sql sql) {
        return database.read(
                () -> sql.count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'outbox'::regclass"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_change_that_takes_longer_than_its_mark_is_sure_to_be_there_is_undone() {
        var database = function.context().getBean(Database.class);
        var sql = function.context().getBean(Sql.class);
        var slow = new Projector.Subject(Projector.Kind.KEY, "slow");

        assertThatThrownBy(() -> function.context().getBean(Changes.class).make(slow, () -> {
                    surrounded.clock().advance(Changes.NOTED_WITHIN.plusMillis(1));
                    return slow;
                }))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));

        assertThat(database.read(() -> sql.count("SELECT count(*) FROM outbox WHERE subject = 'slow'")))
                .isZero();
    }

    @Test
    void a_revocation_that_came_half_way_is_finished_by_its_repeat() {
        var made = create("halfway", "{\"name\":\"x\",\"permissions\":[\"user:write\"]}", "*");
        var path = MINE + "/" + made.value("id");
        var dying = surrounded.start(surroundings -> {
            var singletons = new ArrayList<>(surroundings.singletons());
            singletons.add(new DyingProjector(new AtomicBoolean()));
            return new AdminFunction(new Surroundings(surroundings.properties(), singletons));
        });
        try (dying) {
            var request = Events.of("DELETE", path).bearer(token("halfway", "races", "*"));
            assertThat(Answer.of(dying.handle(request.event())).status()).isEqualTo(500);
        }

        assertThat(ask("halfway", "races", Events.of("DELETE", path), "*").status())
                .isEqualTo(404);

        assertThat(byKey(made.textAt("key"), Events.get(MINE)).reason()).isEqualTo("revoked");
    }

    @Test
    void one_change_that_cannot_be_finished_keeps_no_other() {
        var seen = new ArrayList<String>();
        var first = create("stuck", "{\"name\":\"x\"}", "*").textAt("id");
        var second = create("stuck", "{\"name\":\"x\"}", "*").textAt("id");
        var partly = surrounded.start(surroundings -> {
            var singletons = new ArrayList<>(surroundings.singletons());
            singletons.add(new PartlyDyingProjector(first, seen));
            return new AdminFunction(new Surroundings(surroundings.properties(), singletons));
        });
        try (partly) {
            var database = partly.context().getBean(Database.class);
            var sql = partly.context().getBean(Sql.class);
            Answer.of(partly.handle(Events.of("DELETE", MINE + "/" + first)
                    .bearer(token("stuck", "races", "*"))
                    .event()));
            database.change(() -> sql.update("INSERT INTO outbox (kind, subject) VALUES ('KEY', ?)", second));
            surrounded.clock().advance(Changes.ABANDONED);
            partly.runSchedule("projection");
        }

        assertThat(seen).contains(first, second);
        function.runSchedule("projection");
    }

    private record PartlyDyingProjector(String dead, List<String> seen) implements Projector {
        @Override
        public void project(Subject subject) {
            seen.add(subject.id());
            if (subject.id().equals(dead)) {
                throw new IllegalStateException("killed here");
            }
        }
    }

    @Test
    void an_organization_is_disabled_for_its_keys_and_tokens_alike_and_comes_back() {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"closing\"}"));
        admin(Events.post(ORGANIZATIONS + "/closing/users", "{\"id\":\"eve\",\"role\":\"member\"}"));
        var made = admin(Events.post(ORGANIZATIONS + "/closing/users/eve/api-keys", "{\"name\":\"x\"}"));
        var key = made.textAt("key");
        assertThat(byKey(key, Events.get("/api/v1/users/me")).value("id")).isEqualTo("eve");

        var disabled = admin(Events.post(ORGANIZATIONS + "/closing/disable", "{\"reason\":\"unpaid\"}"));

        assertThat(disabled.value("disabledReason")).isEqualTo("unpaid");
        assertThat(byKey(key, Events.get("/api/v1/users/me")).outcome()).isEqualTo(1002);
        assertThat(ask("eve", "closing", Events.get("/api/v1/users/me"), "*").outcome())
                .isEqualTo(1002);
        admin(Events.of("POST", ORGANIZATIONS + "/closing/enable"));
        assertThat(byKey(key, Events.get("/api/v1/users/me")).status()).isEqualTo(200);
    }

    @Test
    void a_disabled_user_is_out_and_his_neighbour_is_not() {
        ask("bad", "mixed", Events.get("/api/v1/users/me"), "*");
        var key =
                ask("bad", "mixed", Events.post(MINE, "{\"name\":\"x\"}"), "*").textAt("key");

        assertThat(admin(Events.of("POST", ORGANIZATIONS + "/mixed/users/bad/disable"))
                        .value("disabled"))
                .isEqualTo(true);

        assertThat(byKey(key, Events.get(MINE)).outcome()).isEqualTo(1002);
        assertThat(ask("good", "mixed", Events.get(MINE), "*").status()).isEqualTo(200);
        assertThat(standings().of("mixed").admits("bad")).isFalse();
    }

    @Test
    void why_a_user_is_disabled_is_told_until_he_is_not() {
        ask("why", "mixed", Events.get("/api/v1/users/me"), "*");
        var path = ORGANIZATIONS + "/mixed/users/why";

        var disabled = admin(Events.post(path + "/disable", "{\"reason\":\"has left\"}"));
        var again = admin(Events.of("POST", path + "/disable"));
        var listed = admin(Events.get(path));
        var enabled = admin(Events.of("POST", path + "/enable"));

        assertThat(disabled.value("disabledReason")).isEqualTo("has left");
        assertThat(again.value("disabledReason")).isEqualTo("has left");
        assertThat(listed.body()).containsEntry("disabledReason", "has left").containsKey("disabledAt");
        assertThat(enabled.body()).doesNotContainKey("disabledReason").doesNotContainKey("disabledAt");
    }

    @Test
    void however_many_of_its_users_are_disabled_an_organization_can_be() {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"crowded\"}"));
        var database = function.context().getBean(Database.class);
        var sql = function.context().getBean(Sql.class);
        // More than an item of the state table holds.
        database.change(() -> sql.update("INSERT INTO member (organization_id, id, disabled_at, created_at, updated_at)"
                + " SELECT 'crowded', repeat('\u540d', 250) || n, now() + n * interval '1 second', now(), now()"
                + " FROM generate_series(1, 600) n"));

        var disabled = admin(Events.post(ORGANIZATIONS + "/crowded/disable", "{}"));
        var oneMore = admin(Events.of("POST", ORGANIZATIONS + "/crowded/users/one-more/disable"));

        assertThat(disabled.status()).isEqualTo(200);
        assertThat(standings().of("crowded").disabled()).isTrue();
        assertThat(standings().of("crowded").disabledNames()).hasSizeGreaterThan(200);
        assertThat(oneMore.outcome()).isEqualTo(9006);
    }

    @Test
    void quotas_and_limits_of_an_organization_reach_the_other_areas() {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"small\"}"));

        var changed = admin(
                patch(ORGANIZATIONS + "/small", "{\"maxSandboxes\":3,\"maxSnapshots\":2,\"limits\":{\"exec\":5}}"));

        assertThat(changed.value("maxSandboxes")).isEqualTo(3);
        assertThat(standings().of("small").sandboxes(100)).isEqualTo(3);
        assertThat(standings().of("small").snapshots(100)).isEqualTo(2);
        assertThat(standings().of("small").volumes(50)).isEqualTo(50);
        assertThat(standings().of("small").limits().of(RateClass.EXEC)).isEqualTo(5);
        assertThat(admin(patch(ORGANIZATIONS + "/small", "{\"limits\":{\"nothing\":5}}"))
                        .outcome())
                .isEqualTo(9004);
    }

    @Test
    void an_organization_of_its_own_star_does_not_reach_another_nor_the_deployment() {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"walled\"}"));
        admin(Events.post(ORGANIZATIONS + "/walled/users", "{\"id\":\"boss\",\"role\":\"admin\"}"));
        var boss = admin(Events.post(ORGANIZATIONS + "/walled/users/boss/api-keys", "{\"name\":\"x\"}"))
                .textAt("key");

        assertThat(byKey(boss, Events.get(ORGANIZATIONS + "/walled")).status()).isEqualTo(200);
        assertThat(byKey(boss, Events.get(ORGANIZATIONS + "/default")).outcome())
                .isEqualTo(9008);
        assertThat(byKey(boss, Events.get(ORGANIZATIONS)).outcome()).isEqualTo(1005);
        assertThat(byKey(boss, Events.post(ORGANIZATIONS + "/walled/disable", "{}"))
                        .outcome())
                .isEqualTo(1005);
    }

    @Test
    void an_administrator_sees_and_revokes_the_keys_of_others() {
        var boss = boss("leaks");
        var users = ORGANIZATIONS + "/leaks/users";
        byKey(boss, Events.post(users, "{\"id\":\"eve\"}"));
        var made = byKey(boss, Events.post(users + "/eve/api-keys", "{\"name\":\"x\"}"));
        var leaked = made.textAt("key");
        var path = users + "/eve/api-keys/" + made.value("id");

        var listed = byKey(boss, Events.get(users + "/eve/api-keys"));
        assertThat(listed.data("id")).containsExactly(made.value("id"));
        assertThat(listed.data("key")).containsOnlyNulls();
        assertThat(byKey(boss("others"), Events.of("DELETE", path)).outcome()).isEqualTo(9008);
        assertThat(byKey(boss, Events.of("DELETE", users + "/boss/api-keys/" + made.value("id")))
                        .outcome())
                .isEqualTo(9008);
        assertThat(byKey(leaked, Events.of("DELETE", path)).outcome()).isEqualTo(1005);
        assertThat(byKey(boss, Events.of("DELETE", path)).status()).isEqualTo(204);
        assertThat(byKey(leaked, Events.get("/api/v1/users/me")).reason()).isEqualTo("revoked");
        assertThat(byKey(boss, Events.of("DELETE", path)).outcome()).isEqualTo(9008);
        assertThat(byKey(boss, Events.get(users + "/nobody/api-keys")).outcome())
                .isEqualTo(9008);
    }

    @Test
    void an_administrator_changes_name_address_and_role_of_a_user() {
        var boss = boss("roles");
        var user = ORGANIZATIONS + "/roles/users/eve";
        byKey(
                boss,
                Events.post(ORGANIZATIONS + "/roles/users", "{\"id\":\"eve\",\"role\":\"viewer\",\"name\":\"Eve\"}"));

        var changed = byKey(boss, patch(user, "{\"role\":\"member\",\"email\":\"eve@example.org\"}"));

        assertThat(changed.body())
                .containsEntry("role", "member")
                .containsEntry("name", "Eve")
                .containsEntry("email", "eve@example.org");
        assertThat(byKey(boss, Events.post(user + "/api-keys", "{\"name\":\"x\"}"))
                        .value("permissions"))
                .isEqualTo(Role.MEMBER.scopes());
        assertThat(byKey(boss, patch(user + "-not", "{}")).outcome()).isEqualTo(9008);
    }

    @Test
    void limits_of_a_key_are_an_administrators_and_not_more_than_the_organizations() {
        var boss = boss("limited");
        admin(patch(ORGANIZATIONS + "/limited", "{\"limits\":{\"exec\":5}}"));
        var users = ORGANIZATIONS + "/limited/users";
        byKey(boss, Events.post(users, "{\"id\":\"eve\",\"role\":\"member\"}"));

        var made = byKey(
                boss, Events.post(users + "/eve/api-keys", "{\"name\":\"x\",\"limits\":{\"exec\":3,\"read\":7}}"));
        var path = users + "/eve/api-keys/" + made.value("id");

        assertThat(made.value("limits")).isEqualTo(Map.of("exec", 3, "read", 7));
        assertThat(byKey(made.textAt("key"), Events.get(MINE)).header("X-RateLimit-Limit"))
                .isEqualTo("7");
        assertThat(byKey(boss, patch(path, "{\"limits\":{\"exec\":6}}")).fields())
                .containsExactly("limits.exec");
        assertThat(byKey(boss, patch(path, "{\"limits\":{\"read\":1000000}}")).fields())
                .containsExactly("limits.read");
        assertThat(byKey(boss, patch(path, "{\"limits\":{\"none\":1}}")).outcome())
                .isEqualTo(9004);
        var own = MINE + "/" + made.value("id");
        assertThat(byKey(made.textAt("key"), patch(own, "{\"limits\":{\"read\":9}}"))
                        .outcome())
                .isEqualTo(1005);
        assertThat(byKey(made.textAt("key"), patch(own, "{\"limits\":{}}")).outcome())
                .isEqualTo(1005);
        assertThat(byKey(boss, patch(path, "{\"limits\":{}}")).body()).doesNotContainKey("limits");
    }

    @Test
    void a_key_gets_no_more_than_its_organization_has_by_then() {
        var boss = boss("lowered");
        var made = byKey(
                boss,
                Events.post(
                        ORGANIZATIONS + "/lowered/users/boss/api-keys", "{\"name\":\"x\",\"limits\":{\"read\":7}}"));

        admin(patch(ORGANIZATIONS + "/lowered", "{\"limits\":{\"read\":4}}"));

        assertThat(byKey(made.textAt("key"), Events.get(MINE)).header("X-RateLimit-Limit"))
                .isEqualTo("4");
    }

    @Test
    void a_quota_goes_back_to_the_deployments() {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"resets\"}"));
        var path = ORGANIZATIONS + "/resets";
        admin(patch(path, "{\"maxSandboxes\":3,\"maxVolumes\":4,\"limits\":{\"exec\":5}}"));

        var changed = admin(patch(path, "{\"reset\":[\"maxSandboxes\",\"limits\"]}"));

        assertThat(changed.body()).doesNotContainKey("maxSandboxes").containsEntry("maxVolumes", 4);
        assertThat(standings().of("resets").sandboxes(100)).isEqualTo(100);
        assertThat(standings().of("resets").limits().of(RateClass.EXEC)).isNull();
        assertThat(admin(patch(path, "{\"reset\":[\"name\"]}")).outcome()).isEqualTo(9004);
    }

    /** The key of somebody who administers an organization of this name. */
    private String boss(String organization) {
        admin(Events.post(ORGANIZATIONS, "{\"id\":\"" + organization + "\"}"));
        var users = ORGANIZATIONS + "/" + organization + "/users";
        admin(Events.post(users, "{\"id\":\"boss\",\"role\":\"admin\"}"));
        return admin(Events.post(users + "/boss/api-keys", "{\"name\":\"x\"}")).textAt("key");
    }

    @Test
    void lists_are_paged_by_number_and_by_cursor() {
        IntStream.range(0, 5).forEach(i -> create("pages", "{\"name\":\"k" + i + "\"}", "*"));

        var page = ask("pages", "races", Events.get(MINE + "?limit=2&page=3"), "*");
        var first = ask("pages", "races", Events.get(MINE + "?limit=3&cursor="), "*");
        var rest = ask(
                "pages", "races", Events.get(MINE + "?limit=3&cursor=" + first.value("pagination.nextCursor")), "*");

        assertThat(page.value("pagination.total")).isEqualTo(5);
        assertThat(page.data("id")).hasSize(1);
        assertThat(first.data("id")).hasSize(3).doesNotContainAnyElementsOf(rest.data("id"));
        assertThat(rest.data("id")).hasSize(2);
    }

    @Test
    @Tag("slow")
    void every_change_is_9002_while_the_database_is_away() throws Exception {
        var own = PostgresLocal.open();
        var apart = new Surrounded();
        own.newDatabase().forEach(apart::with);
        try (apart;
                var away = apart.start(AdminFunction::new)) {
            away.runSchedule("projection");
            assertThat(Surrounded.ask(away, Events.get(MINE)).status()).isEqualTo(200);

            own.kill();
            var refused = Surrounded.ask(away, Events.post(MINE, "{\"name\":\"x\"}"));
            var config = Surrounded.ask(away, Events.get("/api/v1/config"));
            own.startAgain();

            assertThat(refused.outcome()).isEqualTo(9002);
            assertThat(refused.text()).doesNotContain("127.0.0.1").doesNotContain("elevo.postgres");
            assertThat(config.status()).isEqualTo(200);
            assertThat(Surrounded.ask(away, Events.post(MINE, "{\"name\":\"x\"}"))
                            .status())
                    .isEqualTo(201);
        } finally {
            own.kill();
        }
    }

    @Test
    void a_hash_in_the_table_is_all_there_is_of_a_key() {
        var made = create("hashes", "{\"name\":\"x\"}", "*");

        var stored = function.context()
                .getBean(DynamoApiKeyStore.class)
                .find(Events.sha256(made.textAt("key")))
                .orElseThrow();

        assertThat(stored.keyId()).isEqualTo(made.value("id"));
        assertThat(stored.toString()).doesNotContain(made.textAt("key"));
    }

    /** Of a process that is killed between the two stores nothing follows. */
    private record DyingProjector(AtomicBoolean killed) implements Projector {
        @Override
        public void project(Subject subject) {
            killed.set(true);
            throw new IllegalStateException("killed here");
        }
    }

    private Standings standings() {
        return function.context().getBean(Standings.class);
    }

    private Answer create(String user, String body, String... scopes) {
        return ask(user, "races", Events.post(MINE, body), scopes);
    }

    private static Events put(String body) {
        return Events.of("PUT", "/api/v1/users/me")
                .header("content-type", "application/json")
                .body(body);
    }

    private static Events patch(String path, String body) {
        return Events.of("PATCH", path)
                .header("content-type", "application/json")
                .body(body);
    }

    private Answer ask(String user, String organization, Events request, String... scopes) {
        return anonymous(request.bearer(token(user, organization, scopes)));
    }

    private String token(String user, String organization, String... scopes) {
        return Tokens.hs256(Tokens.claims(user, surrounded.clock().instant())
                .claim("org", organization)
                .claim("scopes", List.of(scopes)));
    }

    private Answer byKey(String key, Events request) {
        return anonymous(request.header("x-api-key", key));
    }

    private Answer admin(Events request) {
        return Surrounded.ask(function, request);
    }

    /** Each from an address of its own: who is refused often is not to keep the others out. */
    private Answer anonymous(Events request) {
        var address = addresses.incrementAndGet();
        return Answer.of(function.handle(
                request.from("10.0." + address / 250 + "." + address % 250).event()));
    }
}
