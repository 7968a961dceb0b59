package dev.elevo.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One sandbox read over HTTP: the whole pipeline and DynamoDB. */
final class GetSandbox implements Benchmark {
    @Override
    public String name() {
        return "get";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var created = Json.object(wire.post("/api/v1/sandboxes", "{}").expect(201));
            var id = Json.text(created, "id");
            var latency = new Latency(() -> read(wire, id));
            latency.over(Duration.ofSeconds(5));
            var medians = new ArrayList<Double>();
            for (int i = 0; i < 10; i++) {
                medians.add(latency.over(Duration.ofSeconds(1)));
            }
            wire.delete("/api/v1/sandboxes/" + id + "?force=true").expect(204);
            var quantiles = Quantiles.of(medians);
            return List.of(new Line.Plain(
                    "GET of a sandbox, p50",
                    "ms",
                    quantiles.median(),
                    quantiles.at(0.1),
                    quantiles.at(0.9),
                    Target.atMost(5, 2)));
        }
    }

    private static long read(Wire wire, String id) throws IOException {
        var start = System.nanoTime();
        var reply = wire.get("/api/v1/sandboxes/" + id);
        var nanos = System.nanoTime() - start;
        if (!Json.text(Json.object(reply.expect(200)), "id").equals(id)) {
            throw new WrongReply("another sandbox: " + reply.text());
        }
        return nanos;
    }
}
