package dev.elevo.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A hundred creates sent in the same moment, over as many new connections; every one must succeed. The agent that has seen one such
 * rush is ready for the next, so the first is a figure of its own.
 */
final class Burst implements Benchmark {
    private static final int COUNT = 100;
    private static final Target TARGET = Target.atLeast(40, 120);

    /** Makes one by a connection, and gives the way to remove it. */
    @FunctionalInterface
    private interface Maker {
        Callable<Void> make(Wire wire) throws Exception;
    }

    @Override
    public String name() {
        return "burst";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var podman = new PodmanPeer(scratch)) {
            var run = new LocalRun(scratch, Map.of("ELEVO_MAX_SANDBOXES", "1000"));
            var ours = Stream.generate(run::connect).limit(COUNT).toList();
            var peers = Stream.generate(podman::connect).limit(COUNT).toList();
            var first = rate(rested(run, ours) / 1e6);
            var times =
                    new Turns(5, 2, 1).take(() -> rested(run, ours), () -> nanos(peers, wire -> make(podman, wire)));
            return List.of(
                    new Line.Beside(
                            COUNT + " creates at once, all succeed",
                            "podman create+start",
                            "/s",
                            rate(times.ours().median()),
                            rate(times.peers().median()),
                            Line.shortly(rate(times.ours().at(0.9))) + " … "
                                    + Line.shortly(rate(times.ours().at(0.1))) + times.samples(),
                            TARGET),
                    new Line.Plain("the first " + COUNT + " of a new agent", "/s", first, first, first, TARGET));
        }
    }

    /** What is made for the next rush and removed of the last is in nobody's way. */
    private static long rested(LocalRun run, List<Wire> wires) throws Exception {
        run.awaitRest();
        var nanos = nanos(wires, Burst::make);
        run.awaitRest();
        return nanos;
    }

    private static Callable<Void> make(Wire wire) throws IOException {
        var sandbox = OurSandbox.create(wire, "{}");
        return () -> {
            sandbox.delete();
            wire.close();
            return null;
        };
    }

    private static Callable<Void> make(PodmanPeer podman, Wire wire) throws IOException {
        var container = podman.started(wire);
        return () -> {
            podman.remove(wire, container);
            wire.close();
            return null;
        };
    }

    private static double rate(double millis) {
        return COUNT * 1000 / millis;
    }

    /** From the moment when all are ready to ask to the last answer. */
    private static long nanos(List<Wire> wires, Maker maker) throws Exception {
        var start = new long[1];
        var together = new CyclicBarrier(wires.size(), () -> start[0] = System.nanoTime());
        try (var threads = Executors.newFixedThreadPool(wires.size())) {
            var answers = threads.invokeAll(wires.stream()
                    .<Callable<Callable<Void>>>map(wire -> () -> {
                        together.await();
                        return maker.make(wire);
                    })
                    .toList());
            var nanos = System.nanoTime() - start[0];
            var removals = new ArrayList<Callable<Void>>();
            for (var answer : answers) {
                removals.add(answer.get());
            }
            for (var removed : threads.invokeAll(removals)) {
                removed.get();
            }
            return nanos;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
