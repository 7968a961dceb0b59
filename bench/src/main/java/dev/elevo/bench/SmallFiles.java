package dev.elevo.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** Files of four kilobytes: one after the other, and by eight clients at once. */
final class SmallFiles implements Benchmark {
    private static final int CLIENTS = 8;
    private static final int SIZE = 4096;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration STRETCH = Duration.ofSeconds(2);
    private static final int STRETCHES = 5;

    @Override
    public String name() {
        return "smallfiles";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var run = new LocalRun(scratch);
            try (var wire = run.connect()) {
                var files = OurSandbox.create(wire, "{}").path() + "/files";
                return List.of(
                        line(
                                "a write of 4 KiB",
                                "ms",
                                new Latency(() -> write(wire, files, "one")),
                                Target.atMost(6, 3.5)),
                        line(
                                "a read of 4 KiB",
                                "ms",
                                new Latency(() -> read(wire, files, "one")),
                                Target.atMost(6, 3.5)),
                        manyAtOnce(run, files));
            }
        }
    }

    private static Line manyAtOnce(LocalRun run, String files) throws Exception {
        var wires = new ArrayList<Wire>();
        var callers = new ArrayList<Callable<Void>>();
        var numbers = new AtomicLong();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                var wire = run.connect();
                wires.add(wire);
                callers.add(() -> {
                    write(wire, files, "many/" + numbers.incrementAndGet());
                    return null;
                });
            }
            return line("small writes of 8 clients", "/s", new Throughput(callers), Target.atLeast(500, 500));
        } finally {
            for (var wire : wires) {
                wire.close();
            }
        }
    }

    private static Line line(String name, String unit, Measure measure, Target target) throws Exception {
        measure.over(WARM_UP);
        var samples = new ArrayList<Double>();
        for (int i = 0; i < STRETCHES; i++) {
            samples.add(measure.over(STRETCH));
        }
        var quantiles = Quantiles.of(samples);
        return new Line.Plain(name, unit, quantiles.median(), quantiles.at(0.1), quantiles.at(0.9), target);
    }

    private static long write(Wire wire, String files, String name) throws IOException {
        var start = System.nanoTime();
        var reply = wire.post(
                files + "/write", "{\"path\":\"/home/user/" + name + "\",\"content\":\"" + "x".repeat(SIZE) + "\"}");
        var nanos = System.nanoTime() - start;
        if (!(Json.object(reply.expect(200)).get("bytesWritten") instanceof Number bytes) || bytes.intValue() != SIZE) {
            throw new WrongReply("not written: " + reply.text());
        }
        return nanos;
    }

    private static long read(Wire wire, String files, String name) throws IOException {
        var start = System.nanoTime();
        var reply = wire.get(files + "/read?path=/home/user/" + name);
        var nanos = System.nanoTime() - start;
        if (Json.text(Json.object(reply.expect(200)), "content").length() != SIZE) {
            throw new WrongReply("not read: " + reply.text());
        }
        return nanos;
    }
}
