package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.Mismatch;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 3.3: each action in each state that a client can bring about. */
final class Lifecycle extends Area {
    private record Action(String name, int running, int paused, int stopped) {}

    private static final int DONE = 0;

    /** What the table of 3.3 says: done, or the error. */
    private static final List<Action> TABLE = List.of(
            new Action("start", 2008, 2008, DONE),
            new Action("stop", DONE, DONE, 2003),
            new Action("pause", DONE, 2003, 2003),
            new Action("suspend", DONE, 2003, 2003),
            new Action("resume", 2008, DONE, 2008),
            new Action("restart", DONE, DONE, DONE),
            new Action("activity", DONE, 2003, 2003));

    private static final Map<String, String> AFTER = Map.of("stop", "stopped", "pause", "paused", "suspend", "paused");

    Lifecycle() {
        super("lifecycle");
        for (var action : TABLE) {
            endpoint("POST /sandboxes/{id}/" + action.name());
            statement("3.3: of a running sandbox", w -> tried(w.own(), action, action.running()));
            statement("3.3: of a paused sandbox", w -> tried(paused(w), action, action.paused()));
            statement("3.3: of a stopped sandbox", w -> tried(stopped(w), action, action.stopped()));
        }
        withoutVolumes();
        clocks();
        work();
        fork();
    }

    private static Box paused(World w) {
        var box = w.own();
        box.post("/pause").is(200).has("/state", "paused");
        return box;
    }

    private static Box stopped(World w) {
        var box = w.own();
        box.post("/stop", "force", true).is(200).has("/state", "stopped");
        return box;
    }

    private static void tried(Box box, Action action, int expected) {
        var answer = box.post("/" + action.name());
        if (expected != DONE) {
            answer.fails(expected);
            return;
        }
        answer.is(200);
        box.get("").has("/state", AFTER.getOrDefault(action.name(), "running"));
    }

    private void withoutVolumes() {
        for (var call : List.of("/start", "/restart")) {
            endpoint("POST /sandboxes/{id}" + call);
            statement("2.1: 7100 when a volume of it is gone", w -> {
                var volume = Volumes.made(w);
                var box = Volumes.mounted(w, volume);
                box.post("/stop", "force", true).is(200);
                w.api().delete("/volumes/" + volume + "?force=true").is(204);
                box.post(call).fails(7100);
            });
            statement("2.1: 7101 when another writes to its volume by now", w -> {
                var volume = Volumes.made(w);
                var box = Volumes.mounted(w, volume);
                box.post("/stop", "force", true).is(200);
                Volumes.mounted(w, volume);
                box.post(call).fails(7101);
            });
        }
    }

    private void clocks() {
        endpoint("POST /sandboxes/{id}/pause");
        statement(
                "3.3: a paused one has no expiresAt, its files cannot be had, and what ran goes on after resume", w -> {
                    var box = w.own();
                    var pid = box.post("/process/spawn", "command", "sleep 300")
                            .is(201)
                            .field("pid");
                    box.post("/pause").is(200).lacks("/expiresAt");
                    box.get("/files").fails(2003);
                    box.post("/resume").is(200).has("/state", "running").has("/expiresAt");
                    box.get("/process/" + pid)
                            .is(200)
                            .fits("still runs", answer -> !answer.field("state").equals("exited"));
                });
        endpoint("POST /sandboxes/{id}/stop");
        statement("2.1: processes get SIGTERM first; the sandbox says why it ended, and by whom", w -> {
            var box = w.own();
            box.post(
                            "/process/spawn",
                            "command",
                            "trap 'echo bye > /home/user/said; exit' TERM; while :; do sleep 0.1; done")
                    .is(201);
            w.eventually(
                    "the trap", () -> box.run("pgrep -f trap | wc -l").strip().length() > 0);
            box.post("/stop", "timeoutMs", 5000)
                    .is(200)
                    .has("/endReason", "requested")
                    .has("/endedBy")
                    .has("/stoppedAt");
            box.post("/start").is(200);
            w.eventually(
                    "what it said",
                    () -> box.run("cat /home/user/said 2>/dev/null || true").equals("bye\n"));
        });
        endpoint("POST /sandboxes/{id}/start");
        statement("2.1: the files are as they were, and 202 with creating for who does not wait", w -> {
            var box = w.own();
            box.write("/home/user/kept", "here");
            box.post("/stop", "force", true).is(200);
            box.post("/start", "waitForReady", false).is(202).has("/state", "creating");
            w.eventually("running", () -> box.get("").field("state").equals("running"));
            box.get("/files/read?path=/home/user/kept").is(200).has("/content", "here");
        });
        endpoint("POST /sandboxes/{id}/resume");
        statement("2.1: 202 for who does not wait", w -> {
            var box = paused(w);
            box.post("/resume", "waitForReady", false).is(200, 202);
            w.eventually("running", () -> box.get("").field("state").equals("running"));
        });
        endpoint("POST /sandboxes/{id}/restart");
        statement("2.9a: processes end, files stay, the clock begins anew", w -> {
            var box = w.own();
            box.post("/process/spawn", "command", "sleep 300").is(201);
            box.write("/home/user/kept", "here");
            box.post("/restart", "force", true)
                    .is(200)
                    .has("/state", "running")
                    .has("/startedAt")
                    .has("/expiresAt");
            box.get("/process")
                    .fits("nothing of it runs", answer -> !answer.text().contains("sleep 300"));
            box.get("/files/exists?path=/home/user/kept").is(200).has("/exists", true);
        });
        endpoint("PATCH /sandboxes/{id}");
        statement("3.3: changes are allowed in every state", w -> {
            paused(w).patch("", "labels", Map.of("a", "1")).is(200).has("/state", "paused");
            var box = stopped(w);
            box.patch("/timeout", "timeoutMs", 1000).is(200).has("/state", "stopped");
            box.get("/metrics").is(200);
        });
        statement("3.3: timeoutMs that runs out stops it, as expired", w -> {
            var box = w.own();
            box.patch("/timeout", "timeoutMs", 1).is(200);
            w.eventually("stopped", () -> box.get("").field("state").equals("stopped"));
            box.get("").has("/endReason", "expired").has("/endedBy", "system");
        });
    }

    private void work() {
        endpoint("POST /sandboxes/{id}/process/run");
        statement("2.3: 4003 for who waits while the sandbox is stopped", w -> {
            var box = w.own();
            var waiting = Thread.ofVirtual()
                    .unstarted(() ->
                            box.post("/process/run", "command", "sleep 200").fails(4003));
            ended(w, box, waiting, "200");
        });
        endpoint("POST /sandboxes/{id}/code/run");
        statement("2.3: 4003 for who waits while the sandbox is stopped", w -> {
            var box = w.own();
            var waiting = Thread.ofVirtual()
                    .unstarted(() -> box.post("/code/run", "language", "bash", "code", "sleep 201")
                            .fails(4003));
            ended(w, box, waiting, "201");
        });
        endpoint("POST /sandboxes/{id}/sessions/{sid}/exec");
        statement("2.10: 4003 for who waits while the sandbox is stopped", w -> {
            var box = w.own();
            var session = box.post("/sessions").is(201).field("id");
            var waiting = Thread.ofVirtual()
                    .unstarted(() -> box.post("/sessions/" + session + "/exec", "command", "sleep 202")
                            .fails(4003));
            ended(w, box, waiting, "202");
        });
        endpoint("GET /sandboxes/{id}/process/{pid}/result");
        statement("1.10: 4003 for who waits while the sandbox is stopped", w -> {
            var box = w.own();
            var pid = box.post("/process/run", "command", "sleep 203", "waitMs", 0)
                    .is(202)
                    .field("pid");
            var waiting = Thread.ofVirtual()
                    .unstarted(() ->
                            box.get("/process/" + pid + "/result?waitMs=20000").fails(4003));
            ended(w, box, waiting, "203");
        });
    }

    /** Stops the sandbox when the command runs, and hands on what the waiting one finds. */
    private static void ended(World w, Box box, Thread waiting, String command) throws InterruptedException {
        var failure = new Throwable[1];
        waiting.setUncaughtExceptionHandler((thread, error) -> failure[0] = error);
        waiting.start();
        w.eventually(command, () -> box.get("/process").text().contains(command + "\""));
        box.post("/stop", "force", true).is(200);
        waiting.join();
        if (failure[0] instanceof RuntimeException found) {
            throw found;
        }
        if (failure[0] != null) {
            throw new Mismatch(failure[0].toString());
        }
    }

    private void fork() {
        endpoint("POST /sandboxes/{id}/fork");
        statement("2.10: forks have the files and the configuration, and not the processes; the source goes on", w -> {
            var box = w.own("labels", Map.of("a", "1"), "env", Map.of("K", "v"));
            box.write("/home/user/shared", "before");
            box.post("/process/spawn", "command", "sleep 301").is(201);
            var prefix = w.name("fork");
            var forks = box.post("/fork", "count", 2, "namePrefix", prefix)
                    .is(201)
                    .counts("/sandboxes", 2)
                    .among("/sandboxes", "name", prefix + "-1")
                    .among("/sandboxes", "name", prefix + "-2")
                    .has("/sandboxes/0/state", "running")
                    .has("/sandboxes/0/labels/a", "1");
            var one = w.kept(forks.at("/sandboxes/0/id").asText());
            w.kept(forks.at("/sandboxes/1/id").asText());
            one.get("/files/read?path=/home/user/shared").has("/content", "before");
            one.write("/home/user/shared", "after");
            box.get("/files/read?path=/home/user/shared").has("/content", "before");
            one.get("/process")
                    .fits("runs nothing of the source", answer -> !answer.text().contains("sleep 301"));
        });
        statement("2.10: a name in use is 2002", w -> {
            var box = w.own();
            box.post("/fork", "name", box.get("").field("name")).fails(2002);
        });
        statement("2.10: the quota of the organization is 2004", w -> {
            var full = w.as(w.lab().fullKey());
            full.post("/sandboxes/" + Quotas.one(w, full) + "/fork").fails(2004);
        });
        statement(
                "2.10: 7101 when it writes to a volume",
                w -> Volumes.mounted(w, Volumes.made(w)).post("/fork").fails(7101));
        statement("2.10: count is 1 to 20, and name is for one only", w -> {
            w.box().post("/fork", "count", 21).fails(9004);
            w.box().post("/fork", "count", 2, "name", w.name("no")).fails(9004);
        });
    }
}
