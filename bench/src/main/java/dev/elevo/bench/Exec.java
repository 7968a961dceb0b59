package dev.elevo.bench;

import java.io.IOException;
import java.util.List;

/** {@code /bin/true} by way of dash, in a sandbox that runs, against the same over an open OpenSSH connection. */
final class Exec implements Benchmark {
    @Override
    public String name() {
        return "exec";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var ssh = new SshPeer(scratch);
            var created = Json.object(wire.post("/api/v1/sandboxes", "{}").expect(201));
            var sandbox = "/api/v1/sandboxes/" + Json.text(created, "id");
            var line = new Contest(
                            "process/run of /bin/true",
                            "ssh ControlMaster",
                            "ms",
                            Target.atMost(1, 0.65),
                            new Latency(() -> runTrue(wire, sandbox)),
                            new Latency(ssh::runTrue))
                    .run();
            wire.delete(sandbox + "?force=true").expect(204);
            return List.of(line);
        }
    }

    private static long runTrue(Wire wire, String sandbox) throws IOException {
        var start = System.nanoTime();
        var reply = wire.post(sandbox + "/process/run", "{\"command\": \"/bin/true\", \"shell\": \"/bin/sh\"}");
        var nanos = System.nanoTime() - start;
        var result = Json.object(reply.expect(200));
        if (!(result.get("exitCode") instanceof Number code) || code.intValue() != 0) {
            throw new WrongReply("/bin/true ended with " + result);
        }
        return nanos;
    }
}
