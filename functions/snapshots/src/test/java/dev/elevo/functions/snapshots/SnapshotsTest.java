package dev.elevo.functions.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.InMemorySnapshots;
import dev.elevo.contract.agent.SnapshotSource;
import dev.elevo.contract.agent.SnapshotStatus;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.keys.DynamoStandings;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Sandboxes;
import dev.elevo.platform.snapshot.Depots;
import dev.elevo.platform.snapshot.SnapshotStore;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The endpoints of snapshots through the function's handler, on a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotsTest {
    private static final String PATH = "/api/v1/snapshots";
    private static final String DEPOT = Depots.of(Surrounded.ORGANIZATION);
    private static final SnapshotStatus AT_WORK = SnapshotStatus.of(Progress.AT_WORK);

    private Surrounded surrounded;
    private SnapshotsFunction function;
    private InMemorySnapshots agent;
    private SnapshotStore store;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.snapshots", 6).with("elevo.max.wait.ms", 500);
        function = surrounded.start(SnapshotsFunction::new);
        agent = surrounded.snapshots();
        store = function.context().getBean(SnapshotStore.class);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void sandbox() {
        sandbox = surrounded.sandbox(function);
    }

    @AfterEach
    void empty() {
        agent.become(UnaryOperator.identity());
        function.runSchedule("snapshots");
        surrounded.clock().advance(Duration.ofHours(25));
        function.runSchedule("snapshots");
        for (var id : ask(Events.of("GET", PATH + "?limit=100")).data("id")) {
            assertThat(ask(Events.of("DELETE", PATH + "/" + id)).status()).isEqualTo(204);
        }
    }

    @Test
    void every_endpoint_declares_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    @Test
    void a_snapshot_of_a_running_sandbox_is_available() {
        var answer = create("""
            {"name": "first", "sandboxId": "%s", "description": "Before the change", "labels": {"a": "b"},
             "metadata": {"k": "v"}, "expiresInHours": 2}
            """);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", PATH + "/" + answer.textAt("id"));
        assertThat(answer.textAt("id")).matches("snap-[a-z0-9]{12}");
        assertThat(answer.body())
                .containsEntry("name", "first")
                .containsEntry("sandboxId", sandbox.id())
                .containsEntry("description", "Before the change")
                .containsEntry("templateId", sandbox.settings().template())
                .containsEntry("state", "available")
                .containsEntry("size", (int) InMemorySnapshots.SIZE)
                .containsEntry("labels", Map.of("a", "b"))
                .containsEntry("metadata", Map.of("k", "v"))
                .containsKeys("createdAt", "completedAt", "expiresAt")
                .doesNotContainKeys("errorMessage", "sandbox");
        assertThat(ask(Events.of("GET", PATH + "/first")).body()).isEqualTo(answer.body());
        var order = agent.orders().getLast();
        assertThat(order.snapshot()).isEqualTo(new SnapshotSource(DEPOT, answer.textAt("id")));
        assertThat(order.sandboxId()).isEqualTo(sandbox.id());
    }

    @Test
    void the_next_one_of_a_sandbox_is_made_after_the_one_before() {
        var first = create("{\"name\": \"first\", \"sandboxId\": \"%s\"}").textAt("id");

        create("{\"name\": \"second\", \"sandboxId\": \"%s\"}");

        assertThat(agent.orders().getLast().parent()).isEqualTo(first);
    }

    @Test
    void a_checkpoint_has_a_name_of_its_own() {
        var answer = ask(Events.of("POST", "/api/v1/sandboxes/" + sandbox.name() + "/checkpoint"));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.textAt("name"))
                .startsWith(
                        sandbox.name().substring(0, Math.min(40, sandbox.name().length())) + "-")
                .matches(".*-[0-9]{14}");
        assertThat(answer.textAt("sandboxId")).isEqualTo(sandbox.id());
    }

    @Test
    void who_does_not_wait_can_watch() {
        var done = new CountDownLatch(1);
        agent.become(status -> agent.orders().getLast().waitMs() == 0 ? AT_WORK : afterwards(done, status));

        var accepted = create("{\"name\": \"slow\", \"sandboxId\": \"%s\", \"wait\": false}");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.body()).containsEntry("state", "creating").containsEntry("size", 0);
        assertError(ask(Events.of("DELETE", PATH + "/slow")), ErrorCode.SNAPSHOT_IN_USE);
        done.countDown();
        assertThat(eventually("slow", "available").body()).containsEntry("size", (int) InMemorySnapshots.SIZE);
    }

    /** A function that has answered may stand still for ever. */
    @Test
    void what_nobody_waits_for_is_begun_before_the_answer() {
        agent.become(status -> notRunning());

        assertError(
                create("{\"name\": \"none\", \"sandboxId\": \"%s\", \"wait\": false}"), ErrorCode.SANDBOX_NOT_RUNNING);

        assertThat(agent.orders().getLast().waitMs()).isZero();
    }

    @Test
    void who_has_waited_long_enough_is_told_that_it_goes_on() {
        var done = new CountDownLatch(1);
        agent.become(status -> afterwards(done, status));

        assertThat(create("{\"name\": \"slow\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(202);

        done.countDown();
        eventually("slow", "available");
    }

    @Test
    void what_is_done_while_its_taker_stands_still_is_finished_by_whoever_looks() {
        var never = new CountDownLatch(1);
        agent.become(status -> afterwards(never, status));
        var looked = create("{\"name\": \"looked\", \"sandboxId\": \"%s\"}").textAt("id");
        var swept = create("{\"name\": \"swept\", \"sandboxId\": \"%s\"}").textAt("id");
        var failed = create("{\"name\": \"failed\", \"sandboxId\": \"%s\"}").textAt("id");
        agent.put(new SnapshotSource(DEPOT, looked), new SnapshotStatus(Progress.DONE, 7, 7, null, null));
        agent.put(new SnapshotSource(DEPOT, swept), new SnapshotStatus(Progress.DONE, 8, 8, null, null));
        agent.put(new SnapshotSource(DEPOT, failed), new SnapshotStatus(Progress.FAILED, 0, 0, null, "It is late"));

        assertThat(ask(Events.of("GET", PATH + "/" + looked)).body())
                .containsEntry("state", "available")
                .containsEntry("size", 7);
        function.runSchedule("snapshots");

        assertThat(store.find(Surrounded.ORGANIZATION, swept))
                .hasValueSatisfying(found -> assertThat(found.size()).isEqualTo(8));
        assertThat(ask(Events.of("GET", PATH + "/" + failed)).body())
                .containsEntry("state", "failed")
                .containsEntry("errorMessage", "It is late");
        never.countDown();
    }

    @Test
    void one_that_failed_says_why_and_gives_its_name_back() {
        agent.become(status ->
                new SnapshotStatus(Progress.FAILED, 0, 0, ErrorCode.STORAGE_INSUFFICIENT.number(), "The disk is full"));

        var refused = create("{\"name\": \"big\", \"sandboxId\": \"%s\"}");

        assertError(refused, ErrorCode.STORAGE_INSUFFICIENT);
        assertThat(ask(Events.of("GET", PATH + "/big")).body())
                .containsEntry("state", "failed")
                .containsEntry("errorMessage", "The disk is full");
        agent.become(UnaryOperator.identity());
        assertThat(create("{\"name\": \"big\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(201);
    }

    @Test
    void those_that_failed_do_not_fill_the_quota() {
        agent.become(status -> new SnapshotStatus(Progress.FAILED, 0, 0, null, "The host could not do it"));
        for (int i = 0; i < 6; i++) {
            assertError(
                    create("{\"name\": \"bad-" + i + "\", \"sandboxId\": \"%s\"}"), ErrorCode.SNAPSHOT_CREATE_FAILED);
            surrounded.clock().advance(Duration.ofSeconds(1));
        }
        agent.become(UnaryOperator.identity());

        assertThat(create("{\"name\": \"good\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(201);

        assertThat(ask(Events.of("GET", PATH + "/bad-0")).outcome()).isEqualTo(7000);
        assertThat(ask(Events.of("GET", PATH + "/bad-1")).textAt("state")).isEqualTo("failed");
    }

    /** A request and its repetition, or a request and the sweeper, work at the same one. */
    @Test
    void what_another_worker_has_finished_stays_however_this_ones_try_ends() {
        var failed = new SnapshotStatus(Progress.FAILED, 0, 0, null, "The host could not do it");
        for (var end :
                List.<Supplier<SnapshotStatus>>of(() -> failed, SnapshotsTest::notRunning, SnapshotsTest::broken)) {
            agent.become(status -> {
                finishByAnother();
                return end.get();
            });

            var answer = create("{\"name\": \"twice\", \"sandboxId\": \"%s\"}");

            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
            assertThat(answer.textAt("state")).isEqualTo("available");
            assertThat(agent.has(new SnapshotSource(DEPOT, answer.textAt("id"))))
                    .isTrue();
            assertThat(ask(Events.of("DELETE", PATH + "/twice")).status()).isEqualTo(204);
        }
    }

    private void finishByAnother() {
        agent.become(UnaryOperator.identity());
        var status = agent.take(agent.orders().getLast());
        var record = store.find(Surrounded.ORGANIZATION, "twice").orElseThrow();
        assertThat(store.replace(
                        record,
                        record.available(status.size(), surrounded.clock().instant())))
                .isPresent();
    }

    private static SnapshotStatus notRunning() {
        throw new Failure.Refused(ErrorCode.SANDBOX_NOT_RUNNING, "Not running").asException();
    }

    private static SnapshotStatus broken() {
        throw new IllegalStateException("broken");
    }

    @Test
    void a_sandbox_that_is_not_there_or_does_not_run_has_none() {
        assertError(
                ask(Events.post(PATH, "{\"name\": \"none\", \"sandboxId\": \"sbx-000000000000\"}")),
                ErrorCode.SANDBOX_NOT_FOUND);
        var stopped = Sandboxes.creating(
                Surrounded.ORGANIZATION,
                Ids.SANDBOX.random(),
                surrounded.clock().instant());
        function.context().getBean(SandboxStore.class).create(stopped, 1000);
        assertError(
                ask(Events.post(PATH, "{\"name\": \"none\", \"sandboxId\": \"%s\"}".formatted(stopped.id()))),
                ErrorCode.SANDBOX_NOT_RUNNING);
    }

    @Test
    void a_host_that_has_lost_the_sandbox_leaves_no_snapshot() {
        agent.become(status -> {
            throw new Failure.Refused(ErrorCode.SANDBOX_NOT_RUNNING, "Not running").asException();
        });

        assertError(create("{\"name\": \"none\", \"sandboxId\": \"%s\"}"), ErrorCode.SANDBOX_NOT_RUNNING);

        assertError(ask(Events.of("GET", PATH + "/none")), ErrorCode.SNAPSHOT_NOT_FOUND);
    }

    @Test
    void of_many_with_one_name_at_the_same_time_one_is_made() throws Exception {
        var answers = together(5, number -> create("{\"name\": \"same\", \"sandboxId\": \"%s\"}"));

        assertThat(answers.stream().map(Answer::status).sorted().toList()).isEqualTo(List.of(201, 409, 409, 409, 409));
        assertThat(answers.stream()
                        .filter(answer -> answer.status() == 409)
                        .map(Answer::code)
                        .collect(Collectors.toSet()))
                .containsExactly(ErrorCode.SNAPSHOT_EXISTS.number());
    }

    @Test
    void the_quota_holds_also_at_the_same_time() throws Exception {
        var answers = together(9, number -> create("{\"name\": \"n-" + number + "\", \"sandboxId\": \"%s\"}"));

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(6);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allSatisfy(answer -> assertError(answer, ErrorCode.SNAPSHOT_LIMIT_EXCEEDED));
        ask(Events.of(
                "DELETE", PATH + "/" + ask(Events.of("GET", PATH)).data("id").getFirst()));
        assertThat(create("{\"name\": \"one-more\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(201);
    }

    @Test
    void an_organization_may_have_a_quota_of_its_own() {
        var standings = function.context().getBean(DynamoStandings.class);
        standings.save(Surrounded.ORGANIZATION, new Standing(false, Set.of(), null, null, 1, RateLimits.NONE), 1);
        assertThat(create("{\"name\": \"one\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(201);

        var refused = create("{\"name\": \"two\", \"sandboxId\": \"%s\"}");

        assertError(refused, ErrorCode.SNAPSHOT_LIMIT_EXCEEDED);
        assertThat(refused.text()).contains("\"limit\":1");
        standings.save(Surrounded.ORGANIZATION, Standing.USUAL, 2);
        assertThat(create("{\"name\": \"two\", \"sandboxId\": \"%s\"}").status())
                .isEqualTo(201);
    }

    @Test
    void a_deleted_one_is_gone_and_its_chunks_are_collected() {
        var id = create("{\"name\": \"gone\", \"sandboxId\": \"%s\"}").textAt("id");

        assertThat(ask(Events.of("DELETE", PATH + "/" + id)).status()).isEqualTo(204);

        assertError(ask(Events.of("GET", PATH + "/" + id)), ErrorCode.SNAPSHOT_NOT_FOUND);
        assertError(ask(Events.of("DELETE", PATH + "/gone")), ErrorCode.SNAPSHOT_NOT_FOUND);
        assertThat(agent.has(new SnapshotSource(DEPOT, id))).isFalse();
        agent.collected().clear();
        function.runSchedule("snapshots");
        function.runSchedule("snapshots");
        assertThat(agent.collected()).containsExactly(DEPOT);
    }

    @Test
    void one_that_a_sandbox_is_being_made_of_stays() {
        create("{\"name\": \"source\", \"sandboxId\": \"%s\"}");
        var source = store.find(Surrounded.ORGANIZATION, "source").orElseThrow();
        var making = Sandboxes.creating(
                Surrounded.ORGANIZATION,
                Ids.SANDBOX.random(),
                surrounded.clock().instant());
        function.context().getBean(SandboxStore.class).create(making, 1000);
        assertThat(store.use(source, making.id())).isTrue();

        assertError(ask(Events.of("DELETE", PATH + "/source")), ErrorCode.SNAPSHOT_IN_USE);

        store.release(Surrounded.ORGANIZATION, source.id(), making.id());
        assertThat(ask(Events.of("DELETE", PATH + "/source")).status()).isEqualTo(204);
    }

    @Test
    void a_use_that_nobody_took_back_keeps_nothing() {
        create("{\"name\": \"source\", \"sandboxId\": \"%s\"}");
        store.use(store.find(Surrounded.ORGANIZATION, "source").orElseThrow(), sandbox.id());

        assertThat(ask(Events.of("DELETE", PATH + "/source")).status()).isEqualTo(204);
    }

    @Test
    void an_expired_one_is_gone_at_once_and_removed_by_the_sweeper() {
        var id = create("{\"name\": \"brief\", \"sandboxId\": \"%s\", \"expiresInHours\": 1}")
                .textAt("id");

        surrounded.clock().advance(Duration.ofHours(1));

        assertError(ask(Events.of("GET", PATH + "/brief")), ErrorCode.SNAPSHOT_NOT_FOUND);
        assertThat(ask(Events.of("GET", PATH)).data("id")).isEmpty();
        function.runSchedule("snapshots");
        assertThat(agent.has(new SnapshotSource(DEPOT, id))).isFalse();
        assertThat(store.find(Surrounded.ORGANIZATION, id)).isEmpty();
    }

    @Test
    void one_whose_maker_died_fails_or_is_found_to_be_there() {
        agent.become(status -> AT_WORK);
        var lost = create("{\"name\": \"lost\", \"sandboxId\": \"%s\", \"wait\": false}")
                .textAt("id");
        function.runSchedule("snapshots");
        assertThat(store.find(Surrounded.ORGANIZATION, lost))
                .hasValueSatisfying(found -> assertThat(found.error()).isNull());

        surrounded.clock().advance(Duration.ofSeconds(91));
        function.runSchedule("snapshots");

        assertThat(ask(Events.of("GET", PATH + "/lost")).body())
                .containsEntry("state", "failed")
                .containsKey("errorMessage");
        // Whoever took it is not dead after all: what he brings is not kept.
        agent.become(UnaryOperator.identity());
        eventually("lost", "failed");
    }

    @Test
    void a_list_is_filtered_sorted_and_paged() {
        create("{\"name\": \"alpha\", \"sandboxId\": \"%s\", \"labels\": {\"team\": \"red\"}}");
        surrounded.clock().advance(Duration.ofSeconds(1));
        create("{\"name\": \"beta\", \"sandboxId\": \"%s\", \"labels\": {\"team\": \"blue\"}}");
        surrounded.clock().advance(Duration.ofSeconds(1));
        create("{\"name\": \"gamma-alpha\", \"sandboxId\": \"%s\"}");

        assertThat(names("")).containsExactly("gamma-alpha", "beta", "alpha");
        assertThat(names("?sort_by=name&sort_order=asc")).containsExactly("alpha", "beta", "gamma-alpha");
        assertThat(names("?sort_by=size&limit=2&page=2")).hasSize(1);
        assertThat(names("?labels=team%3Dblue")).containsExactly("beta");
        assertThat(names("?search=ALPHA")).containsExactly("gamma-alpha", "alpha");
        assertThat(names("?state=failed,creating")).isEmpty();
        assertThat(names("?sandboxId=" + sandbox.id())).hasSize(3);
        assertThat(names("?sandboxId=sbx-000000000000")).isEmpty();
        var first = ask(Events.of("GET", PATH + "?cursor=&limit=2"));
        assertThat(first.data("name")).containsExactly("gamma-alpha", "beta");
        var next = first.at("pagination", "nextCursor").getStringValue();
        var second = ask(Events.of("GET", PATH + "?limit=2&cursor=" + next));
        assertThat(second.data("name")).containsExactly("alpha");
        assertThat(names("?limit=2&cursor="
                        + second.at("pagination", "prevCursor").getStringValue()))
                .containsExactly("gamma-alpha", "beta");
        assertError(ask(Events.of("GET", PATH + "?sort_by=state")), ErrorCode.VALIDATION_ERROR);
        assertError(ask(Events.of("GET", PATH + "?expand=volumes")), ErrorCode.VALIDATION_ERROR);
    }

    @Test
    void its_sandbox_is_shown_where_that_is_asked_for() {
        create("{\"name\": \"first\", \"sandboxId\": \"%s\"}");

        assertThat(ask(Events.of("GET", PATH + "/first?expand=sandbox"))
                        .at("sandbox", "id")
                        .getStringValue())
                .isEqualTo(sandbox.id());
    }

    @Test
    void a_repetition_with_its_key_finds_what_was_made() {
        var body = "{\"name\": \"once\", \"sandboxId\": \"" + sandbox.id() + "\"}";

        var first = ask(Events.post(PATH, body).header("X-Idempotency-Key", "k1"));
        var again = ask(Events.post(PATH, body).header("X-Idempotency-Key", "k1"));

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(ask(Events.of("GET", PATH)).data("id")).hasSize(1);
    }

    @Test
    void what_breaks_a_rule_is_refused() {
        for (var body : List.of(
                "{\"sandboxId\": \"%s\"}",
                "{\"name\": \"No\", \"sandboxId\": \"%s\"}",
                "{\"name\": \"snap-aaaaaaaaaaaa\", \"sandboxId\": \"%s\"}",
                "{\"name\": \"fine\"}",
                "{\"name\": \"fine\", \"sandboxId\": \"%s\", \"expiresInHours\": 8761}",
                "{\"name\": \"fine\", \"sandboxId\": \"%s\", \"labels\": {\"a b\": \"c\"}}",
                "{\"name\": \"fine\", \"sandboxId\": \"%s\", \"labels\": {\"a\": null}}")) {
            assertError(create(body), ErrorCode.VALIDATION_ERROR);
        }
    }

    @Test
    void what_has_no_room_in_a_record_is_refused() {
        var metadata = IntStream.range(0, 64)
                .mapToObj(i -> "\"k" + i + "\": \"" + "日".repeat(4096) + "\"")
                .collect(Collectors.joining(", "));
        var answer = create("{\"name\": \"large\", \"sandboxId\": \"%s\", \"metadata\": {" + metadata + "}}");

        assertError(answer, ErrorCode.VALIDATION_ERROR);
        assertThat(answer.text()).contains("350000 bytes");
    }

    private Answer create(String body) {
        return ask(Events.post(PATH, body.formatted(sandbox.id())));
    }

    private List<Object> names(String query) {
        return ask(Events.of("GET", PATH + query)).data("name");
    }

    private Answer eventually(String id, String state) {
        var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            var answer = ask(Events.of("GET", PATH + "/" + id));
            if (state.equals(answer.body().get("state"))) {
                return answer;
            }
            assertThat(System.nanoTime()).as("it stays %s", answer.body()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }

    private static void assertError(Answer answer, ErrorCode code) {
        assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code.number());
        assertThat(answer.status()).isEqualTo(code.status());
    }

    private interface Attempt {
        Answer make(int number);
    }

    private static List<Answer> together(int count, Attempt attempt) throws Exception {
        var barrier = new CyclicBarrier(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = IntStream.range(0, count)
                    .<Callable<Answer>>mapToObj(number -> () -> {
                        barrier.await();
                        return attempt.make(number);
                    })
                    .toList();
            return threads.invokeAll(tasks).stream().map(SnapshotsTest::result).toList();
        }
    }

    private static Answer result(java.util.concurrent.Future<Answer> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static SnapshotStatus afterwards(CountDownLatch latch, SnapshotStatus status) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return status;
    }
}
