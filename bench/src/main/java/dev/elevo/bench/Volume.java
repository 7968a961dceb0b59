package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** A volume from the request to the answer that it is there, one after the other; each is deleted before the next, outside the time. */
final class Volume implements Benchmark {
    private static final String ALL = "/api/v1/volumes";
    private static final String PEER = "truncate+mkfs";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "volume";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var times = new Turns(10, 10, 5).take(() -> ours(wire), () -> peers(scratch));
            return List.of(new Line.Beside(
                    "create of a volume of 10 GB, p50",
                    PEER,
                    "ms",
                    times.ours().median(),
                    times.peers().median(),
                    Line.spread(times.ours()) + times.samples(),
                    Target.atMost(200, 100)));
        }
    }

    private static long ours(Wire wire) throws IOException {
        var start = System.nanoTime();
        var reply = wire.post(ALL, "{\"name\":\"bench\"}");
        var nanos = System.nanoTime() - start;
        reply.expect(201);
        wire.delete(ALL + "/bench").expect(204);
        return nanos;
    }

    private static long peers(Scratch scratch) throws IOException, InterruptedException {
        var file = scratch.folder().resolve("peer.img");
        var start = System.nanoTime();
        scratch.run(PATIENCE, List.of("sh", "-c", "truncate -s 10G \"$0\" && mkfs.ext4 -q -F \"$0\"", file.toString()));
        var nanos = System.nanoTime() - start;
        Files.delete(file);
        return nanos;
    }
}
