package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Half a gigabyte that a command prints: by {@code process/run/stream} through the gateway, against the same over an open OpenSSH
 * connection. (A process does not wait for who watches its WebSocket: of so much the middle would be dropped there, and told.)
 */
final class Output implements Benchmark {
    private static final String LARGE = "seq 10000000 65555555";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
            var expected = Checked.of(file);
            try (var wire = run.connect()) {
                var sandbox = OurSandbox.create(wire, "{\"resources\":{\"disk\":2,\"memoryMB\":2048,\"cpu\":2}}");
                Shell.inside(sandbox).run(LARGE + " > /home/user/large");
                var line = new Contest(
                                "500 MB of stdout by process/run/stream",
                                "ssh ControlMaster",
                                "MB/s",
                                Target.atLeast(1, 3),
                                stretch -> Checked.megabytesPerSecond(expected, () -> byEvents(run, sandbox)),
                                stretch -> Checked.megabytesPerSecond(expected, () -> bySsh(ssh, file)))
                        .run();
                sandbox.delete();
                return List.of(line);
            }
        }
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
}
