package dev.elevo.localstack;

import static dev.elevo.contract.testing.Eventually.await;
import static dev.elevo.contract.testing.Hosts.assume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.RunningStack.Answer;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots where files change, disks are full and agents die, on a disk that is small. */
@Tag("slow")
final class SnapshotFaultsIT {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    private static final String SNAPSHOTS = "/api/v1/snapshots";
    private static final long MEGABYTE = 1 << 20;
    private static final String SIZE = "4G";

    /** In one order, never back: whoever sees a later one sees the earlier ones too. */
    private static final String WRITER = """
        i=0; while :; do i=$((i+1)); for f in one two three; do echo $i > $f.new; mv $f.new $f; done; done\
        """;

    @TempDir
    private static Path folder;

    private static Path home;
    private static RunningStack stack;

    @BeforeAll
    static void start() throws IOException {
        assume(
                "root".equals(System.getProperty("user.name"))
                        && Files.readString(Path.of("/proc/self/uid_map"))
                                .strip()
                                .startsWith("0          0"),
                "a disk is mounted by root on the host");
        var disk = Files.createDirectory(folder.resolve("disk"));
        tool("truncate", "-s", SIZE, folder.resolve("image").toString());
        tool("mkfs.ext4", "-q", "-F", folder.resolve("image").toString());
        tool("mount", "-o", "loop", folder.resolve("image").toString(), disk.toString());
        home = disk.resolve("home");
        stack = new RunningStack(
                home,
                Map.of(
                        "ELEVO_LIMIT_SANDBOX_CREATE", "100000",
                        "ELEVO_LIMIT_WRITE", "100000",
                        "ELEVO_LIMIT_READ", "100000",
                        "ELEVO_LIMIT_EXEC", "100000",
                        "ELEVO_READY_SANDBOXES", "0",
                        "ELEVO_DISK_FLOOR_MB", "0",
                        "ELEVO_ABANDONED_MS", "5000",
                        "ELEVO_SWEEP_MS", "500"));
        var source = made("{}");
        var taken = stack.post(SNAPSHOTS, json(Map.of("name", "trial", "sandboxId", source)));
        assume(taken.code() != 9007, "no checkpoints on this machine: " + taken.text());
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        delete(SNAPSHOTS + "/trial");
        delete(SANDBOXES + "/" + source + "?force=true");
    }

    /** The disks in it are let go by and by. */
    @AfterAll
    static void stop() throws IOException {
        if (stack != null) {
            stack.close();
            await(
                    "the disks are let go",
                    () -> succeeds("umount", folder.resolve("disk").toString()));
        }
    }

    @Test
    void what_changes_meanwhile_is_of_one_moment() {
        var source = made("{}");
        run(source, "head -c 40M /dev/urandom > data; (" + WRITER + ") > /dev/null 2>&1 &");
        await(() -> run(source, "cat three || true").length() > 1);

        for (int round = 0; round < 2; round++) {
            take(source, "moment-" + round);
            var restored = restored("moment-" + round);

            var numbers = run(restored, "cat one two three")
                    .lines()
                    .map(Integer::parseInt)
                    .toList();
            assertThat(numbers).hasSize(3);
            assertThat(numbers.get(0) - numbers.get(2)).isIn(0, 1);
            assertThat(numbers.get(1)).isBetween(numbers.get(2), numbers.get(0));
            delete(SANDBOXES + "/" + restored + "?force=true");
            delete(SNAPSHOTS + "/moment-" + round);
        }
        // It goes on.
        var then = run(source, "cat three");
        await(() -> !run(source, "cat three").equals(then));
        delete(SANDBOXES + "/" + source + "?force=true");
    }

    @Test
    void a_file_of_ten_gigabytes_with_nothing_in_it_costs_nothing() throws IOException {
        var source = made("{}");
        run(source, "truncate -s 10G sparse && echo here | dd of=sparse bs=1M seek=7000 conv=notrunc status=none");
        var before = bytesOfBlobs();
        take(source, "sparse");
        assertThat(bytesOfBlobs() - before).isLessThan(MEGABYTE);

        var restored = restored("sparse");

        assertThat(run(
                        restored,
                        "stat -c %s sparse; du -m sparse | cut -f 1; dd if=sparse bs=1M skip=7000 count=1"
                                + " status=none | head -c 4"))
                .isEqualTo("10737418240\n1\nhere");
        List.of(source, restored).forEach(id -> delete(SANDBOXES + "/" + id + "?force=true"));
        delete(SNAPSHOTS + "/sparse");
    }

    @Test
    void a_sandbox_for_which_there_is_no_room_fails_with_the_reason_and_its_snapshot_is_whole() throws IOException {
        var source = made("{}");
        var words = run(source, "head -c 150M /dev/urandom > data; sha256sum data");
        take(source, "large");
        var disk = folder.resolve("disk").toFile();
        var filler = folder.resolve("disk/filler");
        tool("fallocate", "-l", Long.toString(disk.getUsableSpace() - 100 * MEGABYTE), filler.toString());
        var before = disk.getUsableSpace();

        var refused = stack.post(SANDBOXES, json(cold("large", Map.of("name", "no-room"))));

        assertThat(refused.code()).as(refused.text()).isEqualTo(2005);
        var failed = stack.get(SANDBOXES + "/no-room");
        assertThat(failed.field("state")).isEqualTo("failed");
        assertThat(failed.field("errorReason")).contains("could not be restored: There is no room for it");
        delete(SANDBOXES + "/no-room?force=true");
        await("its room is back", () -> disk.getUsableSpace() > before - 8 * MEGABYTE);
        assertThat(stack.get(SNAPSHOTS + "/large").field("state")).isEqualTo("available");
        Files.delete(filler);
        var restored = restored("large");
        assertThat(run(restored, "sha256sum data")).isEqualTo(words);
        List.of(source, restored).forEach(id -> delete(SANDBOXES + "/" + id + "?force=true"));
        delete(SNAPSHOTS + "/large");
    }

    @Test
    void whoever_dies_at_a_snapshot_leaves_it_whole_or_gone_and_nothing_behind() throws IOException {
        var source = made("{}");
        var words = run(
                source, "head -c 60M /dev/urandom > data; split -n 500 -a 3 data part-; cat part-* data | sha256sum");
        var look = "cat part-* data | sha256sum";

        killAgentWhen(SnapshotFaultsIT::someoneHoldsALease, source, () -> begin(source, "at-its-begin"));
        killAgentWhen(() -> !files("packs").isEmpty(), source, () -> begin(source, "amid-its-packs"));
        for (var name : List.of("at-its-begin", "amid-its-packs")) {
            await(() -> !state(SNAPSHOTS + "/" + name).equals("creating"));
            assertThat(run(source, look)).as("nothing stands still").isEqualTo(words);
            if (state(SNAPSHOTS + "/" + name).equals("available")) {
                assertThat(run(restored(name), look)).isEqualTo(words);
            } else {
                assertThat(state(SNAPSHOTS + "/" + name)).isEqualTo("failed");
                assertThat(stack.get(SNAPSHOTS + "/" + name).field("errorMessage"))
                        .isNotEqualTo("null");
            }
            delete(SNAPSHOTS + "/" + name);
        }
        take(source, "whole");

        killAgentWhen(
                () -> !checkpoints().isEmpty(),
                source,
                () -> stack.post(SANDBOXES, json(cold("whole", Map.of("name", "unlucky", "waitForReady", false)))));
        await(() -> !state(SANDBOXES + "/unlucky").equals("creating"));

        assertThat(state(SANDBOXES + "/unlucky")).isIn("failed", "running");
        assertThat(run(restored("whole"), look)).isEqualTo(words);
        delete(SNAPSHOTS + "/whole");
        await(
                "everything is collected",
                () -> files("packs").isEmpty()
                        && files("leases").isEmpty()
                        && files("condemned").isEmpty());
        assertThat(files("snapshots")).isEmpty();
        assertThat(home.resolve("agent/archive")).isEmptyDirectory();
        await("no copy of a disk is left", () -> checkpoints().isEmpty());
    }

    private interface Act {
        void run();
    }

    /** Returns when the next agent answers for the sandbox. */
    private static void killAgentWhen(Eventually.Condition condition, String sandbox, Act act) throws IOException {
        var agent = ProcessHandle.of(stack.pidOf("agent")).orElseThrow();
        act.run();
        await(condition);
        agent.destroyForcibly();
        await("another agent", () -> stack.pidOf("agent") != agent.pid());
        await("it answers", () -> answersFor(sandbox));
    }

    private static boolean answersFor(String sandbox) {
        return stack.post(SANDBOXES + "/" + sandbox + "/process/run", json(Map.of("command", "true")))
                        .status()
                == 200;
    }

    private static String restored(String snapshot) {
        return made(json(cold(snapshot, Map.of())));
    }

    /** With a disk of a size for which nothing lies ready. */
    private static Map<String, Object> cold(String snapshot, Map<String, Object> more) {
        var body = new HashMap<>(more);
        body.put("snapshot", snapshot);
        body.put("resources", Map.of("disk", 11));
        return body;
    }

    private static void begin(String sandbox, String name) {
        var answer = stack.post(SNAPSHOTS, json(Map.of("name", name, "sandboxId", sandbox, "wait", false)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    private static void take(String sandbox, String name) {
        var answer = stack.post(SNAPSHOTS, json(Map.of("name", name, "sandboxId", sandbox)));
        assertThat(answer.status()).as(answer.text()).isIn(201, 202);
        await(() -> state(SNAPSHOTS + "/" + name).equals("available"));
    }

    private static String state(String path) {
        return stack.get(path).field("state");
    }

    private static boolean someoneHoldsALease() throws IOException {
        return !files("leases").isEmpty();
    }

    /** What lies in the depots under that name. */
    private static List<Path> files(String kind) throws IOException {
        return blobs().stream()
                .filter(file -> file.toString().contains("/" + kind + "/"))
                .toList();
    }

    private static long bytesOfBlobs() throws IOException {
        return blobs().stream().mapToLong(file -> file.toFile().length()).sum();
    }

    /** What goes while somebody looks is not there. */
    private static List<Path> blobs() throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(home.resolve("blobs"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes what) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return found;
    }

    /** Those that are mounted, of this run: on its own file system of disks, which is a loop device itself. */
    private static List<String> checkpoints() throws IOException {
        var pool = said(
                        "losetup",
                        "-n",
                        "-O",
                        "MAJ:MIN",
                        "-j",
                        home.resolve("agent/disks/pool.xfs").toString())
                .strip();
        return said("losetup", "-n", "-l", "-O", "BACK-MAJ:MIN,BACK-FILE")
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(pool + " ") && line.contains("/checkpoints/"))
                .toList();
    }

    private static String made(String body) {
        var answer = stack.post(SANDBOXES, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.field("id");
    }

    private static void delete(String path) {
        assertThat(stack.delete(path)).extracting(Answer::status).isEqualTo(204);
    }

    private static String run(String sandbox, String script) {
        var answer = stack.post(
                SANDBOXES + "/" + sandbox + "/process/run", json(Map.of("command", script, "cwd", "/home/user")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("stdout");
    }

    private static String json(Map<String, Object> body) {
        try {
            return new String(JsonMapper.createDefault().writeValueAsBytes(body), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tool(String... words) throws IOException {
        assertThat(succeeds(words)).as(String.join(" ", words)).isTrue();
    }

    private static boolean succeeds(String... words) throws IOException {
        try {
            var process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String said(String... words) throws IOException {
        return new String(
                new ProcessBuilder(words)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .getInputStream()
                        .readAllBytes(),
                StandardCharsets.UTF_8);
    }
}
