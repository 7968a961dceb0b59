package dev.elevo.bench;

import java.io.IOException;
import java.util.List;

/** From nothing to the output of a first command, over HTTP. */
final class CreateRun implements Benchmark {
    private static final String WORD = "elevo-bench";

    @Override
    public String name() {
        return "createrun";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var podman = new PodmanPeer(scratch);
                var wire = new LocalRun(scratch).connect()) {
            return List.of(new Contest(
                            "create → first output",
                            "podman create+start+exec",
                            "ms",
                            Target.atMost(0.4, 0.1),
                            new Latency(() -> createAndRun(wire)),
                            new Latency(() -> podman.createAndRun(WORD)))
                    .run());
        }
    }

    private static long createAndRun(Wire wire) throws IOException {
        var start = System.nanoTime();
        var created = Json.object(wire.post("/api/v1/sandboxes", "{}").expect(201));
        var sandbox = "/api/v1/sandboxes/" + Json.text(created, "id");
        var result = Json.object(
                wire.post(sandbox + "/process/run", """
                {"command": "/bin/echo", "args": ["%s"], "useShell": false}""".formatted(WORD)).expect(200));
        var nanos = System.nanoTime() - start;

        wire.delete(sandbox + "?force=true").expect(204);
        if (!Json.text(result, "stdout").equals(WORD + "\n")) {
            throw new WrongReply("printed " + result);
        }
        return nanos;
    }
}
