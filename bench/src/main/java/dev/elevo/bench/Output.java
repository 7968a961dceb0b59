package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Half a gigabyte that a command prints: by {@code process/run/stream} through the gateway, against the same over an open OpenSSH
 * connection; and what is read page by page while it is being written. (A process does not wait for who watches its stream: of so
 * much the middle would be dropped there, and told.)
 */
final class Output implements Benchmark {
    private static final String LARGE = "seq 10000000 65555555";
    private static final String PAGED = "seq 10000000 32222222";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PAGE = 1 << 20;
    private static final int PAGINGS = 5;

    @Override
    public String name() {
        return "output";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var run = new LocalRun(scratch);
            var ssh = new SshPeer(scratch);
            var file = scratch.folder().resolve("large");
            scratch.run(PATIENCE, List.of("sh", "-c", LARGE + " > '" + file + "'"));
            var expected = sum(file);
            try (var wire = run.connect()) {
                var sandbox = OurSandbox.create(wire, "{\"resources\":{\"disk\":2,\"memoryMB\":2048,\"cpu\":2}}");
                Shell.inside(sandbox).run(LARGE + " > /home/user/large");
                var lines = new ArrayList<Line>();
                lines.add(contest(
                        "500 MB of stdout by process/run/stream",
                        () -> byEvents(run, sandbox),
                        () -> bySsh(ssh, file),
                        expected));
                lines.addAll(paged(run, sandbox, scratch));
                sandbox.delete();
                return lines;
            }
        }
    }

    private static Checked sum(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return Checked.of(stream);
        }
    }

    /** A way for output to come. */
    @FunctionalInterface
    private interface Way {
        Checked read() throws IOException, InterruptedException;
    }

    private static Line contest(String name, Way ours, Way peer, Checked expected) throws Exception {
        return new Contest(
                        name,
                        "ssh ControlMaster",
                        "MB/s",
                        Target.atLeast(1, 3),
                        stretch -> megabytesPerSecond(ours, expected),
                        stretch -> megabytesPerSecond(peer, expected))
                .run();
    }

    private static double megabytesPerSecond(Way way, Checked expected) throws IOException, InterruptedException {
        var start = System.nanoTime();
        var came = way.read();
        var nanos = System.nanoTime() - start;
        came.mustBe(expected);
        return came.length() * 1e3 / nanos;
    }

    private static Checked byEvents(LocalRun run, OurSandbox sandbox) throws IOException {
        var wish = "{\"command\":\"cat large\",\"timeoutMs\":120000}";
        try (var events = new EventStream(run.port(), sandbox.path() + "/process/run/stream", wish)) {
            return events.read();
        }
    }

    private static Checked bySsh(SshPeer ssh, Path file) throws IOException, InterruptedException {
        var process = ssh.start("cat '" + file + "'");
        var came = Checked.of(process.getInputStream());
        if (process.waitFor() != 0) {
            throw new WrongReply("ssh ended with " + process.exitValue());
        }
        return came;
    }

    private static String spawn(OurSandbox sandbox, String command) throws IOException {
        var spawned = sandbox.wire()
                .post(sandbox.path() + "/process/spawn", Json.write(Map.of("command", command)))
                .expect(201);
        return sandbox.path() + "/process/" + Json.object(spawned).get("pid");
    }

    private static List<Line> paged(LocalRun run, OurSandbox sandbox, Scratch scratch) throws Exception {
        var file = scratch.folder().resolve("paged");
        scratch.run(PATIENCE, List.of("sh", "-c", PAGED + " > '" + file + "'"));
        var expected = sum(file);
        pages(sandbox).mustBe(expected);
        var growth = Growth.of(List.of(run.agent()));
        var samples = new ArrayList<Double>();
        for (int i = 0; i < PAGINGS; i++) {
            samples.add(megabytesPerSecond(() -> pages(sandbox), expected));
        }
        var speeds = Quantiles.of(samples);
        return List.of(
                new Line.Plain(
                        "200 MB of output by the cursor, nothing lost",
                        "MB/s",
                        speeds.median(),
                        speeds.at(0.1),
                        speeds.at(0.9),
                        Target.atLeast(20, 40)),
                growth.line("the agent's growth by 1 GB of output read by the cursor", 64, 32));
    }

    private static Checked pages(OurSandbox sandbox) throws IOException {
        var process = spawn(sandbox, PAGED);
        var came = new Checked();
        var cursor = "";
        while (true) {
            var page = Json.object(sandbox.wire()
                    .get(process + "/output?encoding=base64&waitMs=5000&limit=" + PAGE + cursor)
                    .expect(200));
            if (!Integer.valueOf(0).equals(page.get("droppedBytes"))) {
                throw new WrongReply("bytes were dropped: " + page.get("droppedBytes"));
            }
            var chunks = Json.objects(page, "chunks");
            chunks.forEach(chunk -> came.add(Base64.getDecoder().decode(Json.text(chunk, "data"))));
            if (chunks.isEmpty() && Boolean.TRUE.equals(page.get("ended"))) {
                return came;
            }
            cursor = "&cursor=" + Json.text(page, "nextCursor");
        }
    }
}
