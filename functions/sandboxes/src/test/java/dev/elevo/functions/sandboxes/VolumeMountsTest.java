package dev.elevo.functions.sandboxes;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.BusyVolumes;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.contract.volume.Filesystem;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.volume.Volume;
import dev.elevo.platform.volume.VolumeStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sandboxes with volumes: what is refused, what is recorded, and who may write when. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VolumeMountsTest {
    private static final String PATH = "/api/v1/sandboxes";

    private Surrounded surrounded;
    private SandboxesFunction function;
    private VolumeStore store;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(SandboxesFunction::new);
        store = function.context().getBean(VolumeStore.class);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @AfterEach
    void empty() {
        surrounded.agent().fail(null);
        for (var id : get("?limit=100&fields=id").data("id")) {
            assertThat(ask(Events.of("DELETE", PATH + "/" + id + "?force=true")).status())
                    .isEqualTo(204);
        }
    }

    @Test
    void a_volume_is_found_by_its_name_and_recorded_by_its_id() {
        var volume = volume("acme-data");
        var box = create("{\"volumeId\":\"acme-data\",\"mountPath\":\"//data/in/\",\"subPath\":\"a/b\"}");

        assertThat(box.status()).as(box.text()).isEqualTo(201);
        assertThat(box.value("volumes"))
                .isEqualTo(List.of(
                        Map.of("volumeId", volume.id(), "mountPath", "/data/in", "subPath", "a/b", "readOnly", false)));
        assertThat(surrounded.agent().spec(box.textAt("id")).mounts())
                .containsExactly(new VolumeMount(volume.id(), "/data/in", "a/b", false));
        assertThat(store.mountsOf(Surrounded.ORGANIZATION, volume.id())).containsExactly(box.textAt("id"));
        assertThat(find(volume).lastMountedAt()).isNotNull();
    }

    @Test
    void the_volume_is_shown_where_that_is_asked_for() {
        var volume = volume("shown");
        surrounded.volumes().create(volume.spec());
        var id = created(volume, true);

        var shown = get("/" + id + "?expand=volumes,snapshot");
        assertThat(shown.textAt("volumes.0.volume.name")).isEqualTo("shown");
        assertThat(shown.value("volumes.0.volume.usedSize")).isEqualTo(4096);
        assertThat(shown.value("volumes.0.volume.mountedTo")).isEqualTo(List.of(id));
        assertThat(get("?expand=volumes").textAt("data.0.volumes.0.volume.state"))
                .isEqualTo("in_use");
        assertThat(ask(Events.of("GET", "/api/v1/stats")).textAt("volumes.total"))
                .isNotEqualTo("0");

        store.remove(volume);
        assertThat(get("/" + id + "?expand=volumes").text()).contains("\"volume\":null");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        /        | volumes[0].mountPath
        //       | volumes[0].mountPath
        /proc/a  | volumes[0].mountPath
        /sys     | volumes[0].mountPath
        /dev/shm | volumes[0].mountPath
        /usr/    | volumes[0].mountPath
        /etc     | volumes[0].mountPath
        /home    | volumes[0].mountPath
        """)
    void what_a_sandbox_stands_on_is_no_place(String place, String field) {
        var answer = create(mount("any", place));
        assertThat(answer.code()).isEqualTo(ErrorCode.VALIDATION_ERROR.number());
        assertThat(answer.fields()).containsExactly(field);
    }

    @Test
    void one_place_is_for_one_volume() {
        for (var other : List.of("/data", "/data/", "//data", "/data/in")) {
            var answer = create(mount("any", "/data"), mount("any", other));
            assertThat(answer.fields()).as(other).containsExactly("volumes[1].mountPath");
        }
        assertThat(create(mount("any", "/data/in"), mount("any", "/data")).fields())
                .containsExactly("volumes[1].mountPath");
        assertThat(create("{\"volumeId\":\"any\",\"mountPath\":\"/data\",\"subPath\":\"a/../b\"}")
                        .fields())
                .containsExactly("volumes[0].subPath");
    }

    @Test
    void what_is_not_ours_or_not_there_is_not_found() {
        var anothers = volume("theirs", "next-door", VolumeState.AVAILABLE);
        var going = volume("going", Surrounded.ORGANIZATION, VolumeState.DELETING);

        for (var name : List.of("nothing", anothers.id(), "theirs", going.id(), Ids.VOLUME.random(), "No Name")) {
            assertThat(create(mount(name, "/data")).code()).as(name).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        }
        assertThat(create(mount(
                                volume("early", Surrounded.ORGANIZATION, VolumeState.CREATING)
                                        .id(),
                                "/data"))
                        .code())
                .isEqualTo(ErrorCode.VOLUME_IN_USE.number());
        assertThat(get("").data("id")).isEmpty();
    }

    @Test
    void who_writes_keeps_others_away_until_he_ends() {
        var volume = volume("contended");
        var first = created(volume, false);
        assertThat(create(mount(volume.id(), "/data")).code()).isEqualTo(ErrorCode.VOLUME_IN_USE.number());
        created(volume, true);

        assertThat(post(first, "stop").status()).isEqualTo(200);
        var second = created(volume, false);
        for (var action : List.of("start", "restart")) {
            assertThat(post(first, action).code()).as(action).isEqualTo(ErrorCode.VOLUME_IN_USE.number());
            assertThat(get("/" + first).textAt("state")).isEqualTo("stopped");
        }
        // Also one that does not write any more is deleted while another writes.
        assertThat(ask(Events.of("DELETE", PATH + "/" + first)).status()).isEqualTo(204);

        assertThat(post(second, "pause").status()).isEqualTo(200);
        assertThat(create(mount(volume.id(), "/data")).code()).isEqualTo(ErrorCode.VOLUME_IN_USE.number());
        assertThat(post(second, "restart").status()).isEqualTo(200);
        assertThat(ask(Events.of("DELETE", PATH + "/" + second + "?force=true")).status())
                .isEqualTo(204);
        created(volume, false);
    }

    @Test
    void one_that_is_being_checked_is_waited_for() throws Exception {
        var volume = volume("checked");
        surrounded.agent().fail(BusyVolumes.of("any"));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var created = threads.submit(() -> created(volume, false));
            await(() -> get("?state=creating").data("id").size() == 1);
            surrounded.agent().fail(null);
            assertThat(get("/" + created.get()).textAt("state")).isEqualTo("running");
        }
    }

    @Test
    void a_start_that_fails_does_not_keep_the_volume() {
        var volume = volume("lost-start");
        var first = created(volume, false);
        post(first, "stop");
        surrounded.agent().fail(new Failure.Refused(ErrorCode.INTERNAL_ERROR, "broken"));
        assertThat(post(first, "start").code()).isEqualTo(ErrorCode.SANDBOX_CREATION_FAILED.number());
        assertThat(post(first, "restart").status()).isGreaterThanOrEqualTo(400);
        surrounded.agent().fail(null);

        created(volume, false);
    }

    @Test
    void after_its_volume_is_gone_a_sandbox_does_not_start_and_can_be_deleted() {
        var volume = volume("gone");
        var id = created(volume, false);
        post(id, "stop");
        store.remove(volume);

        assertThat(post(id, "start").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        assertThat(post(id, "restart").code()).isEqualTo(ErrorCode.VOLUME_NOT_FOUND.number());
        assertThat(get("/" + id).textAt("state")).isEqualTo("stopped");
    }

    @Test
    void an_idle_or_expired_writer_lets_go() {
        var volume = volume("idle");
        var id = created(volume, false);
        surrounded.clock().advance(Duration.ofMinutes(31));
        function.runSchedule("sweep");

        assertThat(get("/" + id).textAt("state")).isEqualTo("stopped");
        created(volume, false);
    }

    private Volume volume(String name) {
        return volume(name, Surrounded.ORGANIZATION, VolumeState.AVAILABLE);
    }

    private Volume volume(String name, String organization, VolumeState state) {
        var now = surrounded.clock().instant();
        var volume = new Volume(
                Ids.VOLUME.random(),
                organization,
                name,
                state,
                1,
                Filesystem.EXT4,
                Map.of(),
                Map.of(),
                now,
                now,
                null,
                1);
        assertThat(store.create(volume, 100)).isInstanceOf(VolumeStore.Created.Done.class);
        return volume;
    }

    private Volume find(Volume volume) {
        return store.find(volume.organizationId(), volume.id()).orElseThrow();
    }

    private String created(Volume volume, boolean readOnly) {
        var answer = create(
                "{\"volumeId\":\"%s\",\"mountPath\":\"/data\",\"readOnly\":%s}".formatted(volume.id(), readOnly));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.textAt("id");
    }

    private static String mount(String volume, String place) {
        return "{\"volumeId\":\"%s\",\"mountPath\":\"%s\"}".formatted(volume, place);
    }

    private Answer create(String... mounts) {
        return ask(Events.post(PATH, "{\"volumes\":[" + String.join(",", mounts) + "]}"));
    }

    private Answer post(String id, String action) {
        return ask(Events.post(PATH + "/" + id + "/" + action, "{}"));
    }

    private Answer get(String path) {
        return ask(Events.of("GET", PATH + path));
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }
}
