package dev.elevo.localstack;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.RunningStack.Answer;
import dev.elevo.platform.testing.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes as a client uses them, from HTTP to the sandbox and back. */
class VolumesIT {
    private static final String VOLUMES = "/api/v1/volumes";
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_LOST = 10;
    private static final int QUOTA = 12;
    private static final int KILLS = 3;

    @TempDir
    private static Path home;

    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE", "100000",
                        "ELEVO_LIMIT_WRITE", "100000",
                        "ELEVO_LIMIT_READ", "100000",
                        "ELEVO_LIMIT_EXEC", "100000",
                        "ELEVO_MAX_VOLUMES", Integer.toString(QUOTA),
                        "ELEVO_ABANDONED_MS", "1000",
                        "ELEVO_SWEEP_MS", "500"));
        var trial = stack.post(VOLUMES, "{\"name\":\"trial\",\"sizeGB\":1}");
        assume(trial.code() != 9007, "this host offers no volumes: " + trial.text());
        assertThat(trial.status()).as(trial.text()).isEqualTo(201);
        assertThat(stack.delete(VOLUMES + "/trial").status()).isEqualTo(204);
    }

    @AfterAll
    static void stop() throws IOException {
        stack.close();
    }

    @Test
    void what_is_in_it_outlives_its_sandboxes_and_the_whole_run() throws Exception {
        var volume = volume("lasting", "ext4");
        var first = sandbox(mount(volume, "/data", false));
        run(first, "mkdir /data/project && echo kept > /data/project/note");
        assertThat(stack.delete(SANDBOXES + "/" + first + "?force=true").status())
                .isEqualTo(204);

        var second = sandbox(mount("lasting", "/data", false));
        assertThat(run(second, "cat /data/project/note")).isEqualTo("kept\n");
        stack.crash();
        stack.startAgain();

        assertThat(run(second, "echo more >> /data/project/note; cat /data/project/note"))
                .isEqualTo("kept\nmore\n");
        assertThat(stack.post(SANDBOXES + "/" + second + "/restart", "{\"force\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(run(second, "cat /data/project/note")).isEqualTo("kept\nmore\n");
        assertThat(shown("lasting").json())
                .containsEntry("state", "in_use")
                .containsEntry("mountedTo", List.of(second))
                .containsKey("lastMountedAt");
        assertThat(stack.get(SANDBOXES + "/" + second + "?expand=volumes").text())
                .contains("\"volume\":{", "\"name\":\"lasting\"");
        assertThat(stack.get(VOLUMES + "/lasting?expand=sandboxes").text())
                .contains("\"sandboxes\":[{\"id\":\"" + second);
    }

    @Test
    void one_writes_and_the_others_read() {
        var volume = volume("shared", "ext4");
        var writer = sandbox(mount(volume, "/data", false));
        var reader = sandbox(mount(volume, "/data", true));

        run(writer, "echo told > /data/note");
        assertThat(run(reader, "cat /data/note; touch /data/no 2>&1 | grep -o 'Read-only.*'"))
                .isEqualTo("told\nRead-only file system\n");

        assertThat(create(mount(volume, "/data", false)).code()).isEqualTo(7101);
        assertThat(stack.post(SANDBOXES + "/" + writer + "/stop", "{\"force\":true}")
                        .status())
                .isEqualTo(200);
        var next = sandbox(mount(volume, "/data", false));
        assertThat(stack.post(SANDBOXES + "/" + writer + "/start", "{}").code()).isEqualTo(7101);
        assertThat(stack.post(SANDBOXES + "/" + writer + "/restart", "{}").code())
                .isEqualTo(7101);
        assertThat(stack.delete(SANDBOXES + "/" + next + "?force=true").status())
                .isEqualTo(204);
        assertThat(stack.post(SANDBOXES + "/" + writer + "/start", "{}").status())
                .isEqualTo(200);
        assertThat(run(writer, "cat /data/note")).isEqualTo("told\n");
    }

    @Test
    void it_has_an_end_and_grows() {
        var volume = volume("small", "xfs");
        var id = sandbox(mount(volume, "/data", false));

        assertThat(run(id, "head -c 2G /dev/zero 2>&1 > /data/all | grep -o 'No space.*'; echo well > note; cat note"))
                .contains("well\n");
        assertThat(number(shown("small"), "usedSize")).isBetween(900L << 20, 1L << 30);
        assertThat(run(id, "rm /data/all; df -m --output=size /data | tail -n 1 | tr -d ' '"))
                .satisfies(size -> assertThat(Integer.parseInt(size.strip())).isLessThan(1024));

        var grown = stack.post(VOLUMES + "/small/resize", "{\"sizeGB\":2}");
        assertThat(grown.status()).as(grown.text()).isEqualTo(200);
        assertThat(number(grown, "size")).isEqualTo(2L << 30);
        assertThat(run(id, "head -c 1500M /dev/zero > /data/much && echo fits")).isEqualTo("fits\n");
        assertThat(stack.get("/api/v1/stats").text()).contains("\"volumes\":{\"total\":");
    }

    @Test
    void force_takes_it_from_who_has_it() {
        var volume = volume("doomed", "ext4");
        var id = sandbox(mount(volume, "/data", false));
        run(id, "echo some > /data/note");

        assertThat(stack.delete(VOLUMES + "/doomed").code()).isEqualTo(7101);
        assertThat(stack.delete(VOLUMES + "/doomed?force=true").status()).isEqualTo(204);

        assertThat(shown("doomed").code()).isEqualTo(7100);
        assertThat(run(id, "touch /data/more 2>&1 | grep -o 'Input.*'; echo well"))
                .isEqualTo("Input/output error\nwell\n");
        assertThat(stack.post(SANDBOXES + "/" + id + "/stop", "{\"force\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(stack.post(SANDBOXES + "/" + id + "/start", "{}").code()).isEqualTo(7100);
        assertThat(stack.get(SANDBOXES + "/" + id + "?expand=volumes").text()).contains("\"volume\":null");
        assertThat(stack.delete(SANDBOXES + "/" + id).status()).isEqualTo(204);
    }

    @Test
    void every_error_has_its_cause() {
        volume("taken", "ext4");
        assertThat(stack.post(VOLUMES, "{\"name\":\"taken\"}").code()).isEqualTo(7103);
        assertThat(stack.post(VOLUMES + "?getOrCreate=true", "{\"name\":\"taken\"}")
                        .status())
                .isEqualTo(200);
        assertThat(stack.post(VOLUMES + "/taken/resize", "{\"sizeGB\":1}").status())
                .isEqualTo(200);
        assertThat(stack.post(VOLUMES + "/taken/resize", "{\"sizeGB\":0}").code())
                .isEqualTo(7105);
        assertThat(stack.post(VOLUMES + "/nothing/resize", "{\"sizeGB\":2}").code())
                .isEqualTo(7100);
        assertThat(create(mount("nothing", "/data", true)).code()).isEqualTo(7100);
        for (var place : List.of("/proc/x", "//", "/etc", "/usr/", "/dev")) {
            assertThat(create(mount("taken", place, true)).code()).as(place).isEqualTo(9004);
        }
        assertThat(create(mount("taken", "/data", true), mount("taken", "/data/", true))
                        .code())
                .isEqualTo(9004);
        assertThat(create(mount("taken", "/data", true), mount("taken", "/data/in", true))
                        .code())
                .isEqualTo(9004);
    }

    @Test
    void what_cannot_be_made_is_not_half_made() throws IOException {
        if (home.toFile().getUsableSpace() >> 30 < 1000) {
            assertThat(stack.post(VOLUMES, "{\"name\":\"huge\",\"sizeGB\":1000}")
                            .code())
                    .isEqualTo(7106);
            volume("growing", "ext4");
            assertThat(stack.post(VOLUMES + "/growing/resize", "{\"sizeGB\":1000}")
                            .code())
                    .isEqualTo(7106);
            assertThat(stack.delete(VOLUMES + "/growing").status()).isEqualTo(204);
        } else {
            System.err.println("skipped: this host has room for the largest volume there is");
        }

        var needed = home.resolve("agent/volumes/empty.xfs");
        var words = Files.readString(needed);
        Files.delete(needed);
        assertThat(stack.post(VOLUMES, "{\"name\":\"broken\",\"filesystem\":\"xfs\"}")
                        .code())
                .isIn(7102, 9007);
        Files.writeString(needed, words);
        assertThat(shown("huge").code()).isEqualTo(7100);
        assertThat(shown("broken").code()).isEqualTo(7100);
    }

    @Test
    void an_organization_has_so_many_and_no_more() {
        var made = new ArrayList<String>();
        Answer last;
        do {
            last = stack.post(VOLUMES, "{\"name\":\"many-%d\",\"sizeGB\":1}".formatted(made.size()));
            if (last.status() == 201) {
                made.add(last.field("id"));
            }
        } while (last.status() == 201 && made.size() <= QUOTA);

        assertThat(last.code()).isEqualTo(7104);
        made.forEach(id -> assertThat(stack.delete(VOLUMES + "/" + id).status()).isEqualTo(204));
    }

    @Test
    void another_organization_finds_none_of_it() {
        var volume = volume("secret", "ext4");
        var claims = Tokens.claims("somebody", Instant.now())
                .claim("org", "next-door")
                .claim("scopes", List.of("*"));
        var token = "Bearer " + Tokens.hs256(claims, RunningStack.JWT_SECRET);
        for (var known : List.of(volume, "secret")) {
            var path = VOLUMES + "/" + known;
            for (var answer : List.of(
                    as(token, "GET", path, ""),
                    as(token, "DELETE", path + "?force=true", ""),
                    as(token, "POST", path + "/resize", "{\"sizeGB\":2}"),
                    as(token, "POST", SANDBOXES, "{\"volumes\":[" + mount(known, "/data", true) + "]}"))) {
                assertThat(answer.code()).as(answer.text()).isEqualTo(7100);
            }
        }
        assertThat(as(token, "GET", VOLUMES, "").data()).isEmpty();
        assertThat(stack.delete(VOLUMES + "/secret").status()).isEqualTo(204);
    }

    private static Answer as(String token, String method, String path, String body) {
        return stack.call(method, path, body, "Authorization", token);
    }

    /** The moments themselves are tried in the agent's own tests; here is what comes of it for who uses the API. */
    @Test
    @Tag("slow")
    void an_agent_that_dies_at_any_moment_leaves_every_volume_whole_or_gone() throws Exception {
        var random = new Random(7);
        volume("witness", "ext4");
        var keeper = sandbox(mount("witness", "/data", false));
        run(keeper, "echo kept > /data/note; sync");
        try (var threads = Executors.newSingleThreadExecutor()) {
            for (int i = 0; i < KILLS; i++) {
                var name = "risked-" + i;
                var kind = i % 2 == 0 ? "ext4" : "xfs";
                var work = threads.submit(() -> {
                    answer(() -> stack.post(
                            VOLUMES, "{\"name\":\"%s\",\"sizeGB\":1,\"filesystem\":\"%s\"}".formatted(name, kind)));
                    answer(() -> stack.post(VOLUMES + "/" + name + "/resize", "{\"sizeGB\":2}"));
                    answer(() -> stack.delete(VOLUMES + "/" + name));
                });
                LockSupport.parkNanos(random.nextInt(150) * 1_000_000L);
                kill(work);
            }
        }

        // Whatever was left half done is finished or undone by the sweep, and no file is left that no volume has.
        await(() -> stack.get(VOLUMES + "?limit=100").data().stream()
                .noneMatch(volume -> List.of("creating", "deleting").contains(volume.get("state"))));
        for (var volume : stack.get(VOLUMES + "?limit=100&search=risked").data()) {
            var id = sandbox(mount(String.valueOf(volume.get("id")), "/data", false));
            assertThat(run(id, "echo sound > /data/note && cat /data/note")).isEqualTo("sound\n");
            assertThat(stack.delete(SANDBOXES + "/" + id + "?force=true").status())
                    .isEqualTo(204);
            assertThat(stack.delete(VOLUMES + "/" + volume.get("id")).status()).isEqualTo(204);
        }
        assertThat(run(keeper, "cat /data/note")).isEqualTo("kept\n");
        var known = stack.get(VOLUMES + "?limit=100").data().stream()
                .map(volume -> volume.get("id") + ".img")
                .toList();
        assertThat(files(".img")).containsExactlyInAnyOrderElementsOf(known);
        // What was being made at the last moment of an agent the next one takes away.
        assertThat(files(".new")).hasSizeLessThanOrEqualTo(1);
    }

    private static void kill(Future<?> work) throws Exception {
        var agent = stack.pidOf("agent");
        ProcessHandle.of(agent).ifPresent(ProcessHandle::destroyForcibly);
        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        await(() -> stack.pidOf("agent") != agent && stack.get(VOLUMES).status() == 200);
    }

    /** Whatever comes of it. */
    private static void answer(Supplier<Answer> call) {
        assertThat(call.get().status()).isLessThan(600);
    }

    private static List<String> files(String ending) throws IOException {
        try (var files = Files.list(home.resolve("agent/volumes"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .toList();
        }
    }

    private static String volume(String name, String kind) {
        var made = stack.post(VOLUMES, "{\"name\":\"%s\",\"sizeGB\":1,\"filesystem\":\"%s\"}".formatted(name, kind));
        assume(made.code() != 9007, "this host offers no " + kind + ": " + made.text());
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.field("id");
    }

    private static Answer shown(String name) {
        return stack.get(VOLUMES + "/" + name);
    }

    private static long number(Answer answer, String field) {
        return Long.parseLong(answer.field(field));
    }

    private static String mount(String volume, String place, boolean readOnly) {
        return "{\"volumeId\":\"%s\",\"mountPath\":\"%s\",\"readOnly\":%s}".formatted(volume, place, readOnly);
    }

    private static Answer create(String... mounts) {
        return stack.post(SANDBOXES, "{\"volumes\":[" + String.join(",", mounts) + "]}");
    }

    private static String sandbox(String... mounts) {
        var made = create(mounts);
        for (int i = 0; i < MOST_LOST && made.code() == 9002; i++) {
            made = create(mounts); // by a connection to an agent that is no more
        }
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.field("id");
    }

    private static String run(String id, String command) {
        var answer = stack.post(
                SANDBOXES + "/" + id + "/process/run", "{\"command\":\"%s\"}".formatted(command.replace("\"", "\\\"")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("stdout");
    }
}
