package dev.elevo.bench;

import java.io.IOException;
import java.util.List;

/** A sandbox from the request to the answer that it runs, one after the other; each is deleted before the next, outside the time. */
final class Create implements Benchmark {
    private static final String PEER = "podman create+start";

    @Override
    public String name() {
        return "create";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var podman = new PodmanPeer(scratch);
                var peer = podman.connect();
                var wire = new LocalRun(scratch).connect()) {
            var times = new Turns(10, 30, 5).take(() -> ours(wire), () -> podman.create(peer));
            var ours = times.ours();
            return List.of(
                    new Line.Beside(
                            "create of a sandbox, p50",
                            PEER,
                            "ms",
                            ours.median(),
                            times.peers().median(),
                            Line.spread(ours) + times.samples(),
                            Target.atMost(50, 13)),
                    new Line.Beside(
                            "create of a sandbox, p99",
                            PEER,
                            "ms",
                            ours.at(0.99),
                            times.peers().at(0.99),
                            "worst " + Line.shortly(ours.at(1)) + times.samples(),
                            Target.atMost(150, 40)));
        }
    }

    private static long ours(Wire wire) throws IOException {
        var start = System.nanoTime();
        var reply = wire.post(OurSandbox.ALL, "{}");
        var nanos = System.nanoTime() - start;
        OurSandbox.running(reply, wire).delete();
        return nanos;
    }
}
