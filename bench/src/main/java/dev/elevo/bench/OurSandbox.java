package dev.elevo.bench;

import java.io.IOException;
import java.util.Map;

/** A sandbox of ours, reached by one connection. */
record OurSandbox(Wire wire, String path) {
    static final String ALL = "/api/v1/sandboxes";
    static final String SNAPSHOTS = "/api/v1/snapshots";

    static OurSandbox create(Wire wire, String wish) throws IOException {
        return running(wire.post(ALL, wish), wire);
    }

    /** What a create has answered. */
    static OurSandbox running(Wire.Reply created, Wire wire) {
        var sandbox = mustBe("running", created.expect(201));
        return new OurSandbox(wire, ALL + "/" + Json.text(sandbox, "id"));
    }

    static Map<String, Object> mustBe(String state, Wire.Reply reply) {
        var sandbox = Json.object(reply);
        if (!Json.text(sandbox, "state").equals(state)) {
            throw new WrongReply("not " + state + ": " + sandbox);
        }
        return sandbox;
    }

    long pause() throws IOException {
        return change("/pause", "paused");
    }

    long resume() throws IOException {
        return change("/resume", "running");
    }

    private long change(String action, String state) throws IOException {
        var start = System.nanoTime();
        var reply = wire.post(path + action, "{}");
        var nanos = System.nanoTime() - start;
        mustBe(state, reply.expect(200));
        return nanos;
    }

    /** Returns when it can be used. */
    void snapshot(String name) throws IOException, InterruptedException {
        var id = path.substring(path.lastIndexOf('/') + 1);
        var reply = wire.post(SNAPSHOTS, Json.write(Map.of("name", name, "sandboxId", id)));
        if (reply.status() != 202) {
            reply.expect(201);
        }
        while (Json.text(Json.object(reply), "state").equals("creating")) {
            Thread.sleep(20);
            reply = wire.get(SNAPSHOTS + "/" + name).expect(200);
        }
        mustBe("available", reply);
    }

    void delete() throws IOException {
        wire.delete(path + "?force=true").expect(204);
    }
}
