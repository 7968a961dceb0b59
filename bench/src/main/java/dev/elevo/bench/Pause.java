package dev.elevo.bench;

import java.util.List;

/** One sandbox that is paused and resumed again and again. */
final class Pause implements Benchmark {
    @Override
    public String name() {
        return "pause";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var podman = new PodmanPeer(scratch);
                var peer = podman.connect();
                var wire = new LocalRun(scratch).connect()) {
            var sandbox = OurSandbox.create(wire, "{}");
            var container = podman.started(peer);
            return List.of(
                    line(
                            "pause of a sandbox, p50",
                            "podman pause",
                            () -> before(sandbox.pause(), sandbox::resume),
                            () -> before(podman.pause(peer, container), () -> podman.unpause(peer, container))),
                    line(
                            "resume of a sandbox, p50",
                            "podman unpause",
                            () -> after(sandbox::pause, sandbox::resume),
                            () -> after(() -> podman.pause(peer, container), () -> podman.unpause(peer, container))));
        }
    }

    private static Line line(String name, String peerName, Latency.Timed ours, Latency.Timed peer) throws Exception {
        var times = new Turns(10, 30, 10).take(ours, peer);
        return new Line.Beside(
                name,
                peerName,
                "ms",
                times.ours().median(),
                times.peers().median(),
                Line.spread(times.ours()) + times.samples(),
                Target.atMost(20, 20));
    }

    private static long before(long nanos, Latency.Timed undo) throws Exception {
        undo.nanos();
        return nanos;
    }

    private static long after(Latency.Timed preparation, Latency.Timed act) throws Exception {
        preparation.nanos();
        return act.nanos();
    }
}
