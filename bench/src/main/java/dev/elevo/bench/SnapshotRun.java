package dev.elevo.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What an agent waits for when it keeps a state and goes on from it: a snapshot of 50 MB in 1 000 files, and a sandbox of it that runs.
 * What is written is new each time, so that nothing of it is stored already.
 */
final class SnapshotRun implements Benchmark {
    private static final String NAME = "bench";

    /** A quarter of it is for the compression to find. */
    private static final String FILL = """
            mkdir /tmp/tree && cd /tmp/tree && base64 -w 0 /dev/urandom | head -c 50000000 | split -b 50000 -a 3 - f && ls | wc -l\
            """;

    private static final int FASTER = 4;
    private static final String COUNT = "ls /tmp/tree | wc -l";
    private static final String FILES = "1000\n";

    @Override
    public String name() {
        return "snapshotrun";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var podman = new PodmanPeer(scratch);
                var wire = new LocalRun(scratch).connect()) {
            var times = new Turns(5, 4, 2).take(() -> ours(wire), () -> podmans(podman));
            var peers = times.peers().median();
            return List.of(new Line.Beside(
                    "snapshot of 50 MB in 1,000 files, and a sandbox of it, p50",
                    "podman commit+create+start",
                    "ms",
                    times.ours().median(),
                    peers,
                    Line.spread(times.ours()) + times.samples(),
                    Target.atMost(peers / FASTER, peers / FASTER)));
        }
    }

    private static long ours(Wire wire) throws IOException, InterruptedException {
        var source = OurSandbox.create(wire, "{}");
        check(Shell.inside(source).run(FILL));
        var start = System.nanoTime();
        source.snapshot(NAME);
        var copy = OurSandbox.create(wire, Json.write(Map.of("snapshot", NAME)));
        var nanos = System.nanoTime() - start;

        check(Shell.inside(copy).run(COUNT));
        source.delete();
        copy.delete();
        wire.delete(OurSandbox.SNAPSHOTS + "/" + NAME).expect(204);
        return nanos;
    }

    private static long podmans(PodmanPeer podman) throws IOException {
        var source = podman.startedOf(PodmanPeer.SKELETON);
        check(podman.exec(source, "/bin/bash", "-c", FILL));
        var start = System.nanoTime();
        podman.commit(source, NAME);
        var copy = podman.startedOf(NAME);
        var nanos = System.nanoTime() - start;

        check(podman.exec(copy, "/bin/bash", "-c", COUNT));
        podman.remove(source);
        podman.remove(copy);
        podman.removeImage(NAME);
        return nanos;
    }

    private static void check(String printed) {
        if (!printed.endsWith(FILES)) {
            throw new WrongReply("files: " + printed);
        }
    }
}
