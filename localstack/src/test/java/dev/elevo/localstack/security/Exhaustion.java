package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.RunningStack.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.opentest4j.TestAbortedException;

/** Taking all there is. The sandbox may suffer; its neighbours and the host must not. */
final class Exhaustion {
    private static final int RESOURCE_EXHAUSTED = 9006;
    private static final int MOST_TOLD = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Exhaustion() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(bomb(
                "pids",
                "fork bomb",
                "1024 processes are all it gets",
                "perl -e 'my $n = 0; while (defined(my $p = fork)) { if (!$p) { sleep 60; exit } last if ++$n > 1500 } print $n; kill 9, -1'",
                1024));
        attempts.add(bomb(
                "pids",
                "thread bomb",
                "1024 threads and processes are all it gets",
                "perl -Mthreads=stack_size,65536 -e 'my $n = 0; while (threads->create(sub { sleep 60 })) { last if ++$n > 1500 } print $n; kill 9, $$' 2>/dev/null",
                1024));
        attempts.add(memory("memory bomb", "perl -e 'my $x = \"x\" x (600 * 1024 * 1024); print length $x'"));
        attempts.add(
                memory(
                        "memory bomb of many processes",
                        "for i in 1 2 3 4 5 6; do perl -e 'my $x = \"x\" x (100 * 1024 * 1024); sleep 2; print \"kept\\n\"' & done; wait"));
        attempts.add(
                memory(
                        "shared memory that nobody holds",
                        "perl -e 'my $i = shmget(0, 600 << 20, 0600); for (0 .. 599) { shmwrite($i, \"x\" x (1 << 20), $_ << 20, 1 << 20) or exit 3 } print \"kept\"'"));
        attempts.add(new Attempt(Who.INSIDE, "fill /dev and /dev/shm", "64 MB each, counted as its memory", ground -> {
            var sandbox = ground.sandbox();
            for (var file : List.of("/dev/shm/x", "/dev/x")) {
                var result = ground.run(
                        sandbox, "root", "head -c 100M /dev/zero > " + file + "; stat -c %s " + file + "; rm " + file);

                assertThat(result.stderr()).contains("No space left on device");
                assertThat(Long.parseLong(result.stdout().strip())).isLessThanOrEqualTo(64L << 20);
            }
        }));
        attempts.add(disk(
                "fill the disk",
                "ENOSPC at resources.disk",
                "head -c 3G /dev/zero > /home/user/x; stat -c %s /home/user/x"));
        attempts.add(
                disk(
                        "take every inode",
                        "ENOSPC at the number its disk was made with",
                        "perl -e 'my $n = 0; for my $d (0 .. 2000) { mkdir \"/home/user/$d\" or last; for (0 .. 999) { open(my $f, \">\", \"/home/user/$d/$_\") or do { print STDERR $!; print $n; exit }; $n++ } } print $n'"));
        attempts.add(new Attempt(Who.INSIDE, "open files without end", "EMFILE at its limit", ground -> {
            var result = ground.asRoot(
                    "perl -e 'my @f; while (open(my $f, \"<\", \"/dev/null\")) { push @f, $f; last if @f > 2_000_000 } print scalar(@f), \" $!\"'");

            assertThat(result.stdout()).endsWith("Too many open files");
            assertThat(Files.readString(Path.of("/proc/sys/fs/file-nr"))).isNotEmpty();
        }));
        attempts.add(
                new Attempt(Who.INSIDE, "processes that end and are not waited for", "pid 1 buries them", ground -> {
                    var result = ground.asRoot("perl -e 'for (1 .. 300) { fork or exec \"true\" }'; sleep 0.3;"
                            + " cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z '");

                    assertThat(result.stdout()).isEqualTo("0\n");
                }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "a process that outlives its sandbox",
                "none does, in whatever session",
                Exhaustion::outlives));
        attempts.add(new Attempt(
                Who.INSIDE,
                "a command that will not hear of its end",
                "killed at its time, and all it started",
                ground -> {
                    var begin = System.nanoTime();
                    var answer = ground.runRequest(
                            ground.shared(),
                            Map.of(
                                    "command",
                                    "trap '' TERM INT HUP QUIT; while :; do sleep 1; done",
                                    "timeoutMs",
                                    1000));

                    assertThat(Ground.result(answer).timedOut())
                            .as(answer.text())
                            .isTrue();
                    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
                }));
        attempts.add(new Attempt(
                Who.INSIDE, "commands by the hundred", "9006 beyond 100 at a time", Exhaustion::runsHundreds));
        attempts.add(new Attempt(
                Who.INSIDE, "a flood of output", "20 MiB of it are kept on the host's disk", Exhaustion::floodsTheLog));
        attempts.add(new Attempt(
                Who.INSIDE,
                "large answers by the dozen",
                "the heaps that all share have room for some at a time",
                Exhaustion::asksForMuch));
        attempts.add(new Attempt(
                Who.INSIDE, "all of the processor", "its share, while others wait for none", ground -> {
                    ground.requireEnforced("cpu");
                    var sandbox = ground.sandbox();
                    var result = ground.run(
                            sandbox,
                            "root",
                            "for i in 1 2 3 4; do ( while :; do :; done ) & done; sleep 3; kill -9 $(jobs -p); wait 2>/dev/null; times > /tmp/times; tail -n 1 /tmp/times");
                    var words = result.stdout().strip().split("[ms ]+");

                    // One processor for three seconds, whatever the number of those who ask.
                    assertThat(Double.parseDouble(words[1]) + Double.parseDouble(words[3]))
                            .as(result.toString())
                            .isGreaterThan(0)
                            .isLessThan(4.5);
                }));
        return attempts;
    }

    private static Attempt bomb(String limit, String name, String documented, String command, int most) {
        return new Attempt(Who.INSIDE, name, documented, ground -> {
            ground.requireEnforced(limit);
            var sandbox = ground.sandbox();
            var result = ground.run(sandbox, "root", command);
            if (result.stderr().contains("Can't locate")) {
                throw new TestAbortedException("the host's perl has no threads");
            }

            assertThat(result.timedOut()).isFalse();
            assertThat(result.stdout()).as(result.toString()).matches("\\d*");
            assertThat(result.stdout().isEmpty() ? 1 : Integer.parseInt(result.stdout()))
                    .isBetween(1, most);
            ground.assertUsable(sandbox);
        });
    }

    private static Attempt memory(String name, String command) {
        return new Attempt(Who.INSIDE, name, "killed at its limit, alone", ground -> {
            ground.requireEnforced("memory");
            var sandbox = ground.sandbox();
            var before = ground.shared();
            var result = ground.run(sandbox, "root", command);

            assertThat(result.stdout())
                    .isNotEqualTo("kept\n".repeat(6))
                    .isNotEqualTo("kept")
                    .isNotEqualTo("629145600");
            ground.assertUsable(before);
            assertThat(ground.stack()
                            .delete(ground.pathOf(sandbox) + "?force=true")
                            .status())
                    .isEqualTo(204);
        });
    }

    private static Attempt disk(String name, String documented, String command) {
        return new Attempt(Who.INSIDE, name, documented, ground -> {
            ground.requireEnforced("disk");
            var sandbox = ground.create("\"disk\":1,", "");
            var result = ground.run(sandbox, "root", command);

            assertThat(result.stderr()).as(result.toString()).contains("No space left on device");
            ground.assertUsable(ground.shared());
            assertThat(ground.stack()
                            .delete(ground.pathOf(sandbox) + "?force=true")
                            .status())
                    .isEqualTo(204);
        });
    }

    private static void outlives(Ground ground) {
        var sandbox = ground.sandbox();
        var marker = "434343.17";
        ground.run(
                sandbox,
                "root",
                "( setsid sh -c 'trap \"\" TERM HUP; sleep " + marker + "' </dev/null >/dev/null 2>&1 & ) & wait");
        assertThat(Ground.hostPid("sleep " + marker)).isPresent();

        ground.stack().delete(ground.pathOf(sandbox) + "?force=true");

        assertThat(Ground.hostPid("sleep " + marker)).isEmpty();
    }

    private static void runsHundreds(Ground ground) {
        var sandbox = ground.sandbox();
        var answers = IntStream.range(0, 130)
                .parallel()
                .mapToObj(i -> ground.runRequest(sandbox, Map.of("command", "sleep 30", "waitMs", 0)))
                .toList();

        assertThat(answers.stream().map(Answer::code).distinct()).containsExactlyInAnyOrder(202, RESOURCE_EXHAUSTED);
        assertThat(answers.stream().filter(answer -> answer.status() == 202).count())
                .isLessThanOrEqualTo(100);
        ground.assertUsable(ground.shared());
    }

    private static void asksForMuch(Ground ground) throws IOException {
        var sandbox = ground.sandbox();
        var agent = ground.stack().pidOf("agent");
        var started = ground.runRequest(
                sandbox,
                Map.of(
                        "command",
                        "head -c 6M /dev/zero | tr '\\0' x; head -c 6M /dev/zero | tr '\\0' x >&2",
                        "waitMs",
                        0));
        var result = ground.pathOf(sandbox) + "/process/" + started.field("pid") + "/result?waitMs=20000";

        var asked = new ArrayList<Future<Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 24; i++) {
                asked.add(threads.submit(() -> ground.stack().get(result)));
            }
        }

        assertThat(asked).extracting(each -> each.resultNow().status()).contains(200);
        assertThat(asked)
                .extracting(Future::resultNow)
                .allSatisfy(answer -> assertThat(answer.status())
                        .as(answer.text().substring(0, Math.min(answer.text().length(), MOST_TOLD)))
                        .isIn(200, 503));
        assertThat(ground.stack().pidOf("agent")).isEqualTo(agent);
        ground.assertUsable(ground.shared());
    }

    private static void floodsTheLog(Ground ground) throws IOException {
        var sandbox = ground.sandbox();
        var result = Ground.result(
                ground.runRequest(sandbox, Map.of("command", "yes", "timeoutMs", 3000, "waitMs", 20_000)));

        assertThat(result.truncated()).isTrue();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (bytesKept(ground, sandbox) > (24L << 20)) {
            assertThat(System.nanoTime())
                    .as("bytes on disk: " + bytesKept(ground, sandbox))
                    .isLessThan(deadline);
            Eventually.pause();
        }
        ground.assertUsable(sandbox);
    }

    private static long bytesKept(Ground ground, String sandbox) throws IOException {
        try (var files =
                Files.walk(ground.stack().home().resolve("agent/sandboxes").resolve(sandbox))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
