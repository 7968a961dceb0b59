package dev.elevo.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Two hundred megabytes of output, read page by page while the process writes them: it waits for its reader, and nothing is lost. */
final class Pages implements Benchmark {
    private static final String COMMAND = "seq 10000000 32222222";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PAGE = 1 << 20;
    private static final int ROUNDS = 5;

    @Override
    public String name() {
        return "pages";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var run = new LocalRun(scratch);
            var file = scratch.folder().resolve("output");
            scratch.run(PATIENCE, List.of("sh", "-c", COMMAND + " > '" + file + "'"));
            var expected = Checked.of(file);
            try (var wire = run.connect()) {
                var sandbox = OurSandbox.create(wire, "{}");
                var cold = Checked.megabytesPerSecond(expected, () -> read(sandbox));
                var growth = Growth.of(List.of(run.agent()));
                var speeds = new ArrayList<Double>(List.of(cold));
                for (int i = 0; i < ROUNDS; i++) {
                    speeds.add(Checked.megabytesPerSecond(expected, () -> read(sandbox)));
                }
                var lines = List.of(
                        speed(Quantiles.of(speeds)),
                        growth.line("what the agent grows by while 1 GB of output is read by the cursor", 64, 32));
                sandbox.delete();
                return lines;
            }
        }
    }

    private static Line speed(Quantiles speeds) {
        return new Line.Plain(
                "200 MB of output by the cursor, nothing lost",
                "MB/s",
                speeds.median(),
                speeds.at(0.1),
                speeds.at(0.9),
                Target.atLeast(20, 40));
    }

    private static Checked read(OurSandbox sandbox) throws IOException {
        var spawned = sandbox.wire()
                .post(sandbox.path() + "/process/spawn", Json.write(Map.of("command", COMMAND)))
                .expect(201);
        var output = sandbox.path() + "/process/" + Json.object(spawned).get("pid") + "/output?encoding=base64";
        var came = new Checked();
        var cursor = "";
        while (true) {
            var page = Json.object(sandbox.wire()
                    .get(output + "&waitMs=5000&limit=" + PAGE + cursor)
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
