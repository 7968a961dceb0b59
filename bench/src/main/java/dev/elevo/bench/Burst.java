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

/** A hundred creates sent in the same moment, over as many new connections; every one must succeed. */
final class Burst implements Benchmark {
    private static final int COUNT = 100;

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
            var times = new Turns(5, 2, 1)
                    .take(() -> nanos(ours, Burst::make), () -> nanos(peers, wire -> make(podman, wire)));
            return List.of(new Line.Beside(
                    COUNT + " creates at once, all succeed",
                    "podman create+start",
                    "/s",
                    rate(times.ours().median()),
                    rate(times.peers().median()),
                    Line.shortly(rate(times.ours().at(0.9))) + " … "
                            + Line.shortly(rate(times.ours().at(0.1))) + times.samples(),
                    Target.atLeast(40, 120)));
        }
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
