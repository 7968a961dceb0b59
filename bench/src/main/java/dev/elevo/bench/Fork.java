package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A sandbox with 1 GB in 20,000 files is forked while it runs, again and again; and the same files are copied, by who has no forks. */
final class Fork implements Benchmark {
    private static final String FILL =
            "mkdir data && head -c 1000000000 /dev/urandom | split -a 4 -b 50000 - data/f && ls data | wc -l";
    private static final String FILES = "20000";
    private static final int FORKS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "fork";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var local = new LocalRun(scratch);
            try (var wire = local.connect()) {
                var sandbox = OurSandbox.create(wire, "{}");
                var outside = Files.createDirectory(scratch.folder().resolve("outside"));
                fill(Shell.inside(sandbox));
                fill(Shell.outside(outside));
                var times = new Turns(6, 6, 2).take(() -> fork(sandbox), () -> copy(scratch, outside));
                var single = new Line.Beside(
                        "fork of a sandbox with 1 GB in 20,000 files, p50",
                        "cp -a of the files",
                        "ms",
                        times.ours().median(),
                        times.peers().median(),
                        Line.spread(times.ours()) + times.samples(),
                        Target.atMost(100, 100));
                return List.of(single, growth(sandbox, Shell.outside(local.home())));
            }
        }
    }

    private static void fill(Shell shell) throws IOException, InterruptedException {
        var count = shell.run(FILL).strip();
        if (!count.equals(FILES)) {
            throw new WrongReply(count + " files");
        }
    }

    /** From the request to the answer that it runs; it is deleted outside the time. */
    private static long fork(OurSandbox sandbox) throws IOException {
        var start = System.nanoTime();
        var reply = sandbox.wire().post(sandbox.path() + "/fork", "{}");
        var nanos = System.nanoTime() - start;
        for (var fork : forks(sandbox, reply)) {
            fork.delete();
        }
        return nanos;
    }

    private static List<OurSandbox> forks(OurSandbox sandbox, Wire.Reply reply) {
        return Json.objects(Json.object(reply.expect(201)), "sandboxes").stream()
                .map(fork -> new OurSandbox(sandbox.wire(), OurSandbox.ALL + "/" + Json.text(fork, "id")))
                .toList();
    }

    private static long copy(Scratch scratch, Path folder) throws IOException, InterruptedException {
        var start = System.nanoTime();
        scratch.run(
                PATIENCE,
                List.of(
                        "cp",
                        "-a",
                        "--reflink=never",
                        folder.resolve("data").toString(),
                        folder.resolve("copy").toString()));
        var nanos = System.nanoTime() - start;
        scratch.run(PATIENCE, List.of("rm", "-rf", folder.resolve("copy").toString()));
        // What it leaves for the disk to do is not for the next fork to wait for.
        scratch.run(PATIENCE, List.of("sync", "-f", folder.toString()));
        return nanos;
    }

    /** By forks that are all there at once. */
    private static Line growth(OurSandbox sandbox, Shell home) throws IOException, InterruptedException {
        var before = megabytes(home);
        var made = forks(sandbox, sandbox.wire().post(sandbox.path() + "/fork", "{\"count\": " + FORKS + "}"));
        var after = megabytes(home);
        for (var fork : made) {
            fork.delete();
        }
        var each = (after - before) / FORKS;
        return new Line.Plain(
                "what a fork of it takes of the host's disk", "MB", each, each, each, Target.atMost(16, 8));
    }

    private static double megabytes(Shell home) throws IOException, InterruptedException {
        return Long.parseLong(home.run("sync && du -sB1 agent | cut -f 1").strip()) / 1e6;
    }
}
