package dev.elevo.functions.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.InMemoryVolumes;
import dev.elevo.contract.agent.VolumeSpec;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.volume.Filesystem;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.sandbox.Action;
import dev.elevo.platform.sandbox.Created;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Pending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Sandboxes;
import dev.elevo.platform.sandbox.Saved;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.volume.VolumeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoints of volumes through the function's handler, on a real state table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VolumesTest {
    private static final String PATH = "/api/v1/volumes";
    private static final int QUOTA = 30;
    private static final Duration ABANDONED = Duration.ofSeconds(91);
    private static final Failure AWAY = new Failure.Unavailable("The host does not answer", Duration.ofSeconds(1));
    private static final Failure BROKEN = new Failure.Refused(ErrorCode.INTERNAL_ERROR, "broken");

    private Surrounded surrounded;
    private VolumesFunction function;
    private InMemoryVolumes host;
    private SettableClock clock;
    private VolumeStore store;
    private SandboxStore sandboxes;

    @BeforeAll
    void start() {
        surrounded = new Surrounded().with("elevo.max.volumes", QUOTA);
        function = surrounded.start(VolumesFunction::new);
        host = surrounded.volumes();
        clock = surrounded.clock();
        store = function.context().getBean(VolumeStore.class);
        sandboxes = function.context().getBean(SandboxStore.class);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void empty() {
        host.fail(null);
        host.refuse(null);
        host.setRoom(Integer.MAX_VALUE);
        sandboxes.findAll(sandboxes.register()).forEach(this::bury);
        clock.advance(Duration.ofSeconds(1));
        for (var id : get("?limit=100&fields=id").data("id")) {
            assertThat(delete(id + "?force=true").status()).isEqualTo(204);
        }
        assertThat(store.totals(Surrounded.ORGANIZATION)).isEqualTo(new VolumeStore.Totals(0, 0));
    }

    @Test
    void a_name_makes_a_volume_of_defaults() {
        var answer = post("{\"name\":\"data\"}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", PATH + "/" + answer.value("id"));
        assertThat(answer.textAt("id")).matches("vol-[a-z0-9]{12}");
        assertThat(answer.body())
                .containsEntry("name", "data")
                .containsEntry("size", 10L << 30)
                .containsEntry("usedSize", 4096)
                .containsEntry("state", "available")
                .containsEntry("filesystem", "ext4")
                .containsEntry("mountedTo", List.of())
                .containsEntry("labels", Map.of())
                .containsEntry("metadata", Map.of())
                .containsKey("createdAt")
                .doesNotContainKeys("lastMountedAt", "sandboxes");
        assertThat(host.has(answer.textAt("id"))).isTrue();
        assertThat(get("/data").body()).isEqualTo(answer.body());
        assertThat(get("/" + answer.textAt("id")).body()).isEqualTo(answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                          | name
            {"name":"A"}                                | name
            {"name":"ab"}                               | name
            {"name":"vol-abcdefghijkl"}                 | name
            {"name":"data","sizeGB":0}                  | sizeGB
            {"name":"data","sizeGB":1001}               | sizeGB
            {"name":"data","filesystem":"btrfs"}        | filesystem
            {"name":"data","labels":{"a b":"c"}}        | labels
            {"name":"data","metadata":{"a":null}}       | metadata.a
            """)
    void a_broken_rule_is_named(String body, String field) {
        var answer = post(body);

        assertThat(answer.code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(answer.fields()).anyMatch(name -> name.startsWith(field));
    }

    @Test
    void a_name_is_for_one_volume_and_get_or_create_gives_it() {
        var first = post("{\"name\":\"data\",\"sizeGB\":2}");

        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.VOLUME_EXISTS.number());
        var again = post("?getOrCreate=true", "{\"name\":\"data\",\"sizeGB\":5}");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(post("?getOrCreate=true", "{\"name\":\"other\"}").status()).isEqualTo(201);
    }

    @Test
    void of_many_who_get_or_create_one_makes_it() throws Exception {
        var answers = together(8, () -> post("?getOrCreate=true", "{\"name\":\"data\"}"));

        assertThat(answers).extracting(Answer::status).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(answers)
                .extracting(answer -> answer.textAt("id"))
                .containsOnly(answers.getFirst().textAt("id"));
        assertThat(answers).extracting(answer -> answer.textAt("state")).containsOnly("available");
    }

    @Test
    void more_than_the_quota_there_are_not() throws Exception {
        for (int i = 0; i < QUOTA - 2; i++) {
            post("{\"name\":\"volume-%d\",\"sizeGB\":1}".formatted(i));
        }
        var number = new AtomicInteger();

        var answers = together(6, () -> post("{\"name\":\"late-%d\"}".formatted(number.incrementAndGet())));

        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(2);
        assertThat(answers.stream().filter(answer -> answer.status() != 201))
                .allSatisfy(answer -> assertThat(answer.code()).isEqualTo(ErrorCode.VOLUME_LIMIT_EXCEEDED.number()));
    }

    @Test
    void of_one_that_cannot_be_made_nothing_is_left() {
        host.setRoom(5);
        assertThat(post("{\"name\":\"data\",\"sizeGB\":6}").code()).isEqualTo(ErrorCode.STORAGE_INSUFFICIENT.number());
        host.refuse(new Failure.Refused(ErrorCode.NOT_IMPLEMENTED, "none here", Map.of("feature", "volumes")));
        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED.number());
        host.refuse(BROKEN);
        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.VOLUME_CREATE_FAILED.number());
        host.refuse(null);
        host.setRoom(Integer.MAX_VALUE);
        sweepLater();

        assertThat(get("").data("id")).isEmpty();
        assertThat(host.list()).isEmpty();
        assertThat(post("{\"name\":\"data\"}").status()).isEqualTo(201);
    }

    @Test
    void of_one_that_is_deleted_while_it_is_made_nothing_is_left() {
        host.meanwhile(() -> assertThat(delete("data?force=true").status()).isEqualTo(204));

        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());

        assertThat(host.list()).isEmpty();
        assertThat(get("").data("id")).isEmpty();
    }

    @Test
    void who_fails_to_make_what_somebody_else_has_made_meanwhile_leaves_it_alone() {
        host.refuse(BROKEN);
        host.meanwhile(() -> {
            host.refuse(null);
            assertThat(post("?getOrCreate=true", "{\"name\":\"data\"}").status())
                    .isEqualTo(200);
            assertThat(get("/data").textAt("state")).isEqualTo("available");
            host.refuse(BROKEN);
        });

        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.VOLUME_CREATE_FAILED.number());

        assertThat(get("/data").textAt("state")).isEqualTo("available");
        assertThat(host.has(get("/data").textAt("id"))).isTrue();
    }

    @Test
    void a_deletion_that_died_before_it_was_refused_takes_nothing_from_who_mounts_it() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        sandbox("owner", mount(id, false));
        var seen = store.find(Surrounded.ORGANIZATION, id).orElseThrow();
        assertThat(store.become(seen, VolumeState.DELETING, clock.instant())).isPresent();

        sweepLater();

        assertThat(get("/data").textAt("state")).isEqualTo("in_use");
        assertThat(host.has(id)).isTrue();
        assertThat(delete("data").code()).isEqualTo(ErrorCode.VOLUME_IN_USE.number());
    }

    @Test
    void a_forced_deletion_that_died_behind_the_engine_is_finished() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        var owner = sandbox("owner", mount(id, false));
        var seen = store.find(Surrounded.ORGANIZATION, id).orElseThrow();
        assertThat(store.become(seen, VolumeState.DELETING, clock.instant())).isPresent();
        host.delete(id);

        sweepLater();

        assertThat(get("/data").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        bury(end(owner));
    }

    @Test
    void what_a_dead_function_had_begun_is_finished_by_the_sweep() {
        host.fail(AWAY);
        assertThat(post("{\"name\":\"data\"}").code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
        host.fail(null);
        assertThat(get("/data").textAt("state")).isIn("creating", "deleting");
        function.runSchedule("sweep");
        assertThat(host.list()).isEmpty();

        sweepLater();

        assertThat(get("/data").textAt("state")).isEqualTo("available");
        host.fail(AWAY);
        assertThat(delete("data").code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
        host.fail(null);
        assertThat(get("/data").textAt("state")).isEqualTo("deleting");
        sweepLater();
        assertThat(get("/data").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        assertThat(host.list()).isEmpty();
    }

    @Test
    void a_repeated_try_goes_on_where_the_first_one_died() {
        host.fail(AWAY);
        assertThat(post("", "{\"name\":\"data\"}", "one").code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
        host.fail(null);

        var second = post("", "{\"name\":\"data\"}", "one");

        assertThat(second.status()).isEqualTo(201);
        assertThat(get("").data("id")).containsExactly(second.textAt("id"));
        assertThat(post("", "{\"name\":\"data\"}", "one").body()).isEqualTo(second.body());
    }

    @Test
    void it_only_grows_and_within_its_range() {
        var id = post("{\"name\":\"data\",\"sizeGB\":3}").textAt("id");

        assertThat(resize(id, "{\"sizeGB\":5}").value("size")).isEqualTo(5L << 30);
        assertThat(resize("data", "{\"sizeGB\":5}").status()).isEqualTo(200);
        for (var size : List.of(4, 0, -1, 1001)) {
            assertThat(resize(id, "{\"sizeGB\":%d}".formatted(size)).code()).isEqualTo(ErrorCode.INVALID_SIZE.number());
        }
        assertThat(resize(id, "{}").code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(resize(id, "{\"sizeGB\":\"large\"}").code()).isEqualTo(ErrorCode.INVALID_REQUEST.number());
        assertThat(resize("nothing", "{\"sizeGB\":5}").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        host.setRoom(6);
        assertThat(resize(id, "{\"sizeGB\":7}").code()).isEqualTo(ErrorCode.STORAGE_INSUFFICIENT.number());
        assertThat(get("/data").value("size")).isEqualTo(5L << 30);
        assertThat(store.totals(Surrounded.ORGANIZATION)).isEqualTo(new VolumeStore.Totals(1, 5));
    }

    @Test
    void a_growth_that_nobody_recorded_is_recorded_by_the_sweep() {
        var id = post("{\"name\":\"data\",\"sizeGB\":3}").textAt("id");
        host.resize(id, 9);

        function.runSchedule("sweep");

        assertThat(get("/data").value("size")).isEqualTo(9L << 30);
        assertThat(store.totals(Surrounded.ORGANIZATION)).isEqualTo(new VolumeStore.Totals(1, 9));
    }

    @Test
    void one_that_its_host_lost_says_so() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        host.lose(id);

        function.runSchedule("sweep");

        assertThat(get("/data").body()).containsEntry("state", "error").containsEntry("usedSize", 0);
        assertThat(delete(id).status()).isEqualTo(204);
    }

    @Test
    void what_no_record_names_is_not_deleted() {
        var nobodys = Ids.VOLUME.random();
        host.create(new VolumeSpec(nobodys, 1, Filesystem.EXT4));

        sweepLater();

        assertThat(host.has(nobodys)).isTrue();
        host.delete(nobodys);
    }

    @Test
    void it_knows_who_lists_it_and_goes_only_by_force() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        var box = sandbox("box", mount(id, false));
        var reader = sandbox("reader", mount(id, true));
        var ended = end(reader);

        var shown = get("/data");
        assertThat(shown.body()).containsEntry("state", "in_use").containsKey("lastMountedAt");
        assertThat(shown.value("mountedTo"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrder(box.id(), reader.id());
        assertThat(delete(id).code()).isEqualTo(ErrorCode.VOLUME_IN_USE.number());
        assertThat(get("/data").textAt("state")).isEqualTo("in_use");
        assertThat(get("?state=available").data("id")).isEmpty();
        assertThat(get("?state=in_use,error").data("id")).containsExactly(id);

        var expanded = get("/data?expand=sandboxes");
        assertThat(expanded.value("sandboxes"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2)
                .anySatisfy(sandbox -> assertThat(sandbox.toString()).contains(box.id(), "name=box", "state=running"));
        assertThat(get("?expand=sandboxes").body().toString()).contains("name=reader", "state=stopped");
        assertThat(get("?expand=nothing").code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());

        bury(ended);
        assertThat(get("/data").value("mountedTo")).isEqualTo(List.of(box.id()));
        assertThat(delete(id + "?force=true").status()).isEqualTo(204);
        assertThat(host.has(id)).isFalse();
        assertThat(get("/data").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        // Its volume is gone, and it still comes to its end.
        bury(end(box));
    }

    @Test
    void one_sandbox_writes_and_any_number_reads() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        var writer = sandbox("writer", mount(id, false));
        var reader = sandbox("reader", mount(id, true));

        assertThat(create("second", mount(id, true), mount(id, false)))
                .isInstanceOfSatisfying(
                        Created.NoVolume.class,
                        refused -> assertThat(refused.refusal().isThere()).isTrue());
        assertThat(create("lost", mount(Ids.VOLUME.random(), true)))
                .isInstanceOfSatisfying(
                        Created.NoVolume.class,
                        refused -> assertThat(refused.refusal().isThere()).isFalse());
        var stopped = end(writer);
        var second = sandbox("second", mount(id, false));
        assertThat(sandboxes.replace(stopped, starting(stopped))).isInstanceOf(Saved.NoVolume.class);
        var over = end(second);
        assertThat(sandboxes.replace(stopped, starting(stopped))).isInstanceOf(Saved.Done.class);

        bury(over);
        bury(end(sandboxes.find(Surrounded.ORGANIZATION, writer.id()).orElseThrow()));
        bury(end(reader));
        assertThat(delete(id).status()).isEqualTo(204);
    }

    @Test
    void who_mounts_it_while_it_is_deleted_is_not_robbed() {
        var id = post("{\"name\":\"data\"}").textAt("id");
        var seen = store.find(Surrounded.ORGANIZATION, id).orElseThrow();
        var marked = store.become(seen, VolumeState.DELETING, clock.instant()).orElseThrow();

        assertThat(create("late", mount(id, true)))
                .isInstanceOfSatisfying(
                        Created.NoVolume.class,
                        refused -> assertThat(refused.refusal().isThere()).isFalse());
        assertThat(store.become(seen, VolumeState.DELETING, clock.instant())).isEmpty();
        assertThat(store.become(marked, VolumeState.AVAILABLE, clock.instant())).isPresent();
    }

    @Test
    void lists_have_orders_filters_pages_and_cursors() {
        for (var volume : List.of("beta 3 a", "alpha 1 b", "gamma 2 a", "delta 2 b")) {
            var words = volume.split(" ");
            post("{\"name\":\"%s\",\"sizeGB\":%s,\"labels\":{\"k\":\"%s\"}}".formatted(words[0], words[1], words[2]));
            clock.advance(Duration.ofMillis(5));
        }

        assertThat(get("").data("name")).containsExactly("delta", "gamma", "alpha", "beta");
        assertThat(get("?sort_by=name&sort_order=asc").data("name")).containsExactly("alpha", "beta", "delta", "gamma");
        assertThat(get("?sort_by=size&sort_order=asc").data("name").getFirst()).isEqualTo("alpha");
        assertThat(get("?sort_by=size").data("name").getFirst()).isEqualTo("beta");
        assertThat(get("?labels=k%3Da&sort_order=asc").data("name")).containsExactly("beta", "gamma");
        assertThat(get("?search=LTA").data("name")).containsExactly("delta");
        assertThat(get("?page=2&limit=3").data("name")).containsExactly("beta");
        assertThat(get("?page=9").data("name")).isEmpty();
        assertThat(get("?sort_by=usedSize").code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());

        var seen = new ArrayList<Object>();
        var back = new ArrayList<Object>();
        var cursor = "";
        var page = get("?sort_by=name&sort_order=asc&limit=1&cursor=");
        for (int i = 0; i < 4; i++) {
            seen.addAll(page.data("name"));
            cursor = page.textAt("pagination.nextCursor");
            if (i < 3) {
                page = get("?limit=1&cursor=" + cursor);
            }
        }
        assertThat(seen).containsExactly("alpha", "beta", "delta", "gamma");
        while (page.body().toString().contains("prevCursor")) {
            page = get("?limit=1&cursor=" + page.textAt("pagination.prevCursor"));
            back.addAll(page.data("name"));
        }
        assertThat(back).containsExactly("delta", "beta", "alpha");
    }

    @Test
    void every_endpoint_says_who_may_call_it() {
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    private void sweepLater() {
        clock.advance(ABANDONED);
        function.runSchedule("sweep");
    }

    private static VolumeMount mount(String id, boolean readOnly) {
        return new VolumeMount(id, readOnly ? "/read" : "/written", null, readOnly);
    }

    private Created create(String name, VolumeMount... mounts) {
        var settings = Sandboxes.settings(false, Map.of(), List.of(mounts));
        return sandboxes.create(
                Sandbox.creating(
                        Ids.SANDBOX.random(), Surrounded.ORGANIZATION, name, settings, Sandboxes.WALL, clock.instant()),
                QUOTA);
    }

    private Sandbox sandbox(String name, VolumeMount... mounts) {
        var created = ((Created.Done) create(name, mounts)).sandbox();
        return saved(sandboxes.replace(created, created.running(Sandboxes.WALL, clock.instant())));
    }

    private Sandbox end(Sandbox running) {
        return saved(
                sandboxes.replace(running, running.stopped(Ending.bySystem(EndReason.REQUESTED), clock.instant())));
    }

    private Sandbox starting(Sandbox stopped) {
        var why = Ending.bySystem(EndReason.REQUESTED);
        return stopped.beginning(new Pending(Action.RESTART, why, clock.instant()));
    }

    private void bury(Sandbox ended) {
        saved(sandboxes.replace(ended, ended.deleted(null, clock.instant())));
    }

    private static Sandbox saved(Saved saved) {
        return ((Saved.Done) saved).now();
    }

    private List<Answer> together(int count, Callable<Answer> call) throws Exception {
        var barrier = new CyclicBarrier(count);
        try (var threads = Executors.newFixedThreadPool(count)) {
            var calls = new ArrayList<Callable<Answer>>();
            for (int i = 0; i < count; i++) {
                calls.add(() -> {
                    barrier.await();
                    return call.call();
                });
            }
            var answers = new ArrayList<Answer>();
            for (var future : threads.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        }
    }

    private Answer post(String body) {
        return post("", body);
    }

    private Answer post(String query, String body) {
        return ask(request("POST", query).body(body));
    }

    private Answer post(String query, String body, String key) {
        return ask(request("POST", query).body(body).header("x-idempotency-key", key));
    }

    private Answer resize(String id, String body) {
        return ask(request("POST", "/" + id + "/resize").body(body));
    }

    private Answer get(String path) {
        return ask(request("GET", path));
    }

    private Answer delete(String path) {
        return ask(request("DELETE", "/" + path));
    }

    private static Events request(String method, String path) {
        return Events.of(method, PATH + path).header("content-type", "application/json");
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }
}
