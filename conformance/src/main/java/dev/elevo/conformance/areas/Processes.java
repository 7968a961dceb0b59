package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Mismatch;
import dev.elevo.conformance.dsl.Stream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** 2.3 and 1.10: commands, their results, their output. */
final class Processes extends Area {
    private static final int MOST_TRIES = 20;

    Processes() {
        super("processes");
        run();
        runRefused("/process/run");
        longWork();
        output();
        events();
        runRefused("/process/run/stream");
        spawn();
        runRefused("/process/spawn");
        looking();
        signals();
        input();
        streams();
    }

    private void run() {
        endpoint("POST /sandboxes/{id}/process/run");
        statement(
                "2.3: 200 with the result, whatever the exit code",
                w -> w.box()
                        .post("/process/run", "command", "echo out; echo err >&2; exit 3")
                        .is(200)
                        .has("/exitCode", 3)
                        .has("/stdout", "out\n")
                        .has("/stderr", "err\n")
                        .has("/timedOut", false)
                        .has("/truncated", false)
                        .has("/durationMs"));
        statement(
                "3.5: time over is a result: timedOut, -1, SIGKILL, and the output so far",
                w -> w.box()
                        .post("/process/run", "command", "echo early; sleep 60", "timeoutMs", 300)
                        .is(200)
                        .has("/timedOut", true)
                        .has("/exitCode", -1)
                        .has("/signal", "SIGKILL")
                        .has("/stdout", "early\n"));
        statement(
                "3.5: a program with its arguments, without a shell",
                w -> w.box()
                        .post(
                                "/process/run",
                                "command",
                                "printf",
                                "useShell",
                                false,
                                "args",
                                List.of("%s|", "a b", "$HOME"))
                        .is(200)
                        .has("/stdout", "a b|$HOME|"));
        statement("3.5: cwd, env over the sandbox's, or instead of it", w -> {
            w.box()
                    .post(
                            "/process/run",
                            "command",
                            "pwd; echo $A; echo ${HOME:+home}",
                            "cwd",
                            "/etc",
                            "env",
                            Map.of("A", "b"))
                    .has("/stdout", "/etc\nb\nhome\n");
            w.box()
                    .post(
                            "/process/run",
                            "command",
                            "echo $A${HOME:+home}",
                            "env",
                            Map.of("A", "b"),
                            "replaceEnv",
                            true)
                    .has("/stdout", "b\n");
        });
        statement("3.5: input is its stdin, base64 its raw bytes, maxBuffer what is kept", w -> {
            w.box()
                    .post("/process/run", "command", "cat", "input", "in", "encoding", "base64")
                    .has("/stdout", "aW4=");
            w.box()
                    .post("/process/run", "command", "seq 1 1000", "maxBuffer", 4)
                    .has("/stdout", "1\n2\n")
                    .has("/truncated", true);
        });
        statement(
                "3.5: ended by a signal is -1 and names it",
                w -> w.box()
                        .post("/process/run", "command", "kill -TERM $$")
                        .has("/exitCode", -1)
                        .has("/signal", "SIGTERM"));
    }

    private void runRefused(String name) {
        endpoint("POST /sandboxes/{id}" + name);
        statement("2.3: a bad cwd is 3001 or 3008", w -> {
            w.box().post(name, "command", "true", "cwd", "/tmp/not-there").fails(3001);
            w.box().post(name, "command", "true", "cwd", "/etc/hosts").fails(3008);
        });
        statement("2.3: a shell, program or user that cannot be used is 4004", w -> {
            w.box().post(name, "command", "no-such-program", "useShell", false).fails(4004);
            w.box().post(name, "command", "true", "shell", "/bin/no-such-shell").fails(4004);
            w.box().post(name, "command", "true", "user", "nobody-there").fails(4004);
        });
        statement("3.5: what breaks a rule is 9004", w -> {
            w.box().post(name, "command", "").fails(9004);
            w.box().post(name, "command", "true", "args", List.of("x")).fails(9004);
            w.box().post(name, "command", "true", "env", Map.of("1", "x")).fails(9004);
            w.box().post(name, "command", "true", "timeoutMs", 86_400_001).fails(9004);
        });
        statement(
                "1.9: the hundred and first process is 9006",
                w -> Crowded.box(w)
                        .post(name, "command", "true")
                        .fails(9006)
                        .has("/error/details/limit")
                        .has("/error/details/resource"));
    }

    private void longWork() {
        endpoint("GET /sandboxes/{id}/process/{pid}/result");
        statement(
                "1.10: 202 with the pid and Location, then 202 while it runs, then the body the call would have given",
                w -> {
                    var begun = w.box()
                            .post("/process/run", "command", "sleep 0.5; echo done", "waitMs", 0)
                            .is(202)
                            .has("/state", "running")
                            .has("/command", "sleep 0.5; echo done")
                            .has("/startedAt");
                    var pid = begun.field("pid");
                    begun.fits("Location", answer -> answer.header("Location").endsWith("/process/" + pid));
                    w.box().get("/process/" + pid + "/result?waitMs=0").is(202);
                    w.box()
                            .get("/process/" + pid + "/result?waitMs=20000")
                            .is(200)
                            .has("/stdout", "done\n")
                            .has("/exitCode", 0);
                    w.box().get("/process/" + pid + "/result?waitMs=0").is(200);
                });
        statement("1.10: 201 and 204 come back as the call would have given them", w -> {
            var repository = Repository.of(w);
            var gone = underWay(() -> {
                var name = w.name("gone");
                repository.git("branch " + name);
                return w.box().delete("/git/branches/" + name + "?waitMs=0&path=" + repository.path());
            });
            w.box().get("/process/" + gone + "/result?waitMs=20000").is(204);
            var come = underWay(() ->
                    w.box().post("/git/branches", "path", repository.path(), "name", w.name("come"), "waitMs", 0));
            w.box()
                    .get("/process/" + come + "/result?waitMs=20000")
                    .is(201)
                    .fits("the branch", answer -> answer.field("name").startsWith("conf-come-"));
        });
        statement("1.10: the error the call would have given comes back too", w -> {
            var pid = underWay(
                    () -> w.box().post("/git/clone", "url", "file:///tmp/not-there", "path", w.path(), "waitMs", 0));
            w.box().get("/process/" + pid + "/result?waitMs=20000").fails(5002);
        });
        statement("1.10: 4001 for a pid that no waiting call started", w -> {
            var pid = w.box().post("/process/spawn", "command", "true").is(201).field("pid");
            w.box().get("/process/" + pid + "/result").fails(4001);
        });
    }

    /** The pid of a call that did not wait. Who is quick may be answered with the end all the same: until one is not. */
    private static String underWay(Supplier<Answer> call) {
        for (var i = 0; i < MOST_TRIES; i++) {
            var answer = call.get();
            if (answer.status() == 202) {
                return answer.field("pid");
            }
        }
        throw new Mismatch("none of " + MOST_TRIES + " is answered with 202");
    }

    private void output() {
        endpoint("GET /sandboxes/{id}/process/{pid}/output");
        statement("1.10: from a cursor, nothing twice and nothing missed", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "printf once; sleep 0.3; printf twice")
                    .is(201)
                    .field("pid");
            w.eventually(
                    "the first",
                    () -> w.box().get("/process/" + pid + "/output").text().contains("once"));
            var first = w.box()
                    .get("/process/" + pid + "/output?limit=4")
                    .is(200)
                    .has("/chunks/0/data", "once")
                    .has("/chunks/0/stream", "stdout")
                    .has("/chunks/0/offset", 0)
                    .has("/droppedBytes", 0);
            var rest = w.box().get("/process/" + pid + "/output?waitMs=10000&cursor=" + first.field("nextCursor"));
            rest.is(200).has("/chunks/0/data", "twice").has("/chunks/0/offset", 4);
            w.eventually(
                    "the end",
                    () -> w.box()
                            .get("/process/" + pid + "/output")
                            .at("/ended")
                            .asBoolean());
            w.box()
                    .get("/process/" + pid + "/output?stream=stderr")
                    .counts("/chunks", 0)
                    .has("/exitCode", 0);
            w.box().get("/process/" + pid + "/output?encoding=base64").has("/chunks/0/data", "b25jZXR3aWNl");
        });
        statement("1.10: a bad cursor is 9005, limit and waitMs have ranges", w -> {
            var pid = w.box().post("/process/spawn", "command", "true").is(201).field("pid");
            w.box().get("/process/" + pid + "/output?cursor=nonsense").fails(9005);
            w.box().get("/process/" + pid + "/output?limit=1048577").fails(9004);
        });
    }

    private void events() {
        endpoint("POST /sandboxes/{id}/process/run/stream");
        statement(
                "2.10: events start, stdout, stderr and exit",
                w -> w.box()
                        .post("/process/run/stream", "command", "printf out; printf err >&2; exit 2")
                        .is(200)
                        .fits(
                                "an event stream",
                                answer -> answer.header("Content-Type").startsWith("text/event-stream"))
                        .says("event: start")
                        .says("\"pid\"")
                        .says("event: stdout")
                        .says("\"b3V0\"")
                        .says("event: stderr")
                        .says("\"ZXJy\"")
                        .says("event: exit")
                        .says("\"exitCode\":2"));
    }

    private void spawn() {
        endpoint("POST /sandboxes/{id}/process/spawn");
        statement(
                "2.3: 201 with pid, command, startedAt and tag",
                w -> w.box()
                        .post("/process/spawn", "command", "true", "tag", "mine")
                        .is(201)
                        .has("/pid")
                        .has("/command", "true")
                        .has("/startedAt")
                        .has("/tag", "mine"));
        statement("3.5: timeoutMs ends it", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "sleep 60", "timeoutMs", 100)
                    .is(201)
                    .field("pid");
            w.eventually(
                    "its end",
                    () -> w.box().get("/process/" + pid).field("state").equals("exited"));
        });
    }

    private void looking() {
        endpoint("GET /sandboxes/{id}/process");
        statement("2.3: what this API started, by command and user; exited ones on request", w -> {
            var mark = "sleep 30." + Math.floorMod(w.path().hashCode(), 1000);
            var pid = w.box()
                    .post("/process/spawn", "command", mark, "tag", "listed")
                    .is(201)
                    .at("/pid")
                    .asInt();
            w.box().get("/process").is(200).among("/data", "pid", pid).has("/pagination/total");
            w.box().get("/process?command=nothing-like-it*").counts("/data", 0);
            w.box()
                    .get("/process?user=root")
                    .fits("not root's", answer -> !answer.text().contains(mark));
            w.box().delete("/process/" + pid + "?signal=SIGKILL&wait=true").is(200);
            w.box().get("/process").fits("is gone", answer -> !answer.text().contains("\"pid\":" + pid + ","));
            w.box().get("/process?includeExited=true").among("/data", "pid", pid);
            w.box().get("/process?includeSystem=true&limit=1").is(200).counts("/data", 1);
        });
        endpoint("GET /sandboxes/{id}/process/{pid}");
        statement("3.5: ProcessInfo while it runs, and after its end with state exited", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "sleep 60", "tag", "t", "env", Map.of("A", "b"))
                    .is(201)
                    .field("pid");
            w.box()
                    .get("/process/" + pid)
                    .is(200)
                    .has("/command", "sleep 60")
                    .has("/tag", "t")
                    .has("/user", "user")
                    .has("/cwd", "/home/user")
                    .has("/ppid")
                    .has("/memoryBytes");
            w.box().delete("/process/" + pid + "?wait=true").is(200);
            w.box()
                    .get("/process/" + pid)
                    .is(200)
                    .has("/state", "exited")
                    .has("/exitedAt")
                    .has("/exitCode")
                    .has("/cpuPercent", 0);
        });
        statement("2.3: a pid is a number from 1 on", w -> {
            w.box().get("/process/x").fails(9005);
            w.box().get("/process/0").fails(9004);
        });
    }

    private void signals() {
        endpoint("DELETE /sandboxes/{id}/process/{pid}");
        statement("2.3: says which signal went, and with wait how it ended", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "sleep 60")
                    .is(201)
                    .at("/pid")
                    .asInt();
            w.box()
                    .delete("/process/" + pid + "?wait=true")
                    .is(200)
                    .has("/success", true)
                    .has("/pid", pid)
                    .has("/signal", "SIGTERM")
                    .has("/exited", true)
                    .has("/exitCode", -1);
            w.box().delete("/process/" + pid).fails(4001);
        });
        statement("2.3: still alive after wait is 4002, pid 1 is 1002, an unknown signal 9004", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "trap '' TERM; echo ready; while :; do sleep 1; done")
                    .is(201)
                    .field("pid");
            w.eventually(
                    "the trap",
                    () -> w.box().get("/process/" + pid + "/output").text().contains("ready"));
            w.box().delete("/process/" + pid + "?wait=true&timeoutMs=200").fails(4002);
            w.box().delete("/process/1").fails(1002);
            w.box().delete("/process/" + pid + "?signal=SIGNONE").fails(9004);
            w.box().delete("/process/" + pid + "?signal=SIGKILL&wait=true").is(200);
        });
    }

    private void input() {
        endpoint("POST /sandboxes/{id}/process/{pid}/write");
        statement("2.3: text or base64, and eof closes stdin", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "cat", "stdin", true)
                    .is(201)
                    .field("pid");
            w.box()
                    .post("/process/" + pid + "/write", "data", "héllo")
                    .is(200)
                    .has("/success", true)
                    .has("/bytesWritten", 6);
            w.box()
                    .post("/process/" + pid + "/write", "data", "IQ==", "encoding", "base64", "eof", true)
                    .is(200);
            w.eventually(
                    "its end",
                    () -> w.box().get("/process/" + pid).field("state").equals("exited"));
            w.box().get("/process/" + pid + "/output").has("/chunks/0/data", "héllo!");
        });
        statement("2.3: 4005 when it is closed, or was never open; bad base64 is 9004", w -> {
            var deaf = w.box()
                    .post("/process/spawn", "command", "sleep 60")
                    .is(201)
                    .field("pid");
            w.box().post("/process/" + deaf + "/write", "data", "x").fails(4005);
            var closed = w.box()
                    .post("/process/spawn", "command", "cat; sleep 60", "stdin", true)
                    .is(201)
                    .field("pid");
            w.box()
                    .post("/process/" + closed + "/write", "data", "!", "encoding", "base64")
                    .fails(9004);
            w.box().post("/process/" + closed + "/write", "eof", true).is(200);
            w.box().post("/process/" + closed + "/write", "data", "x").fails(4005);
            w.box().delete("/process/" + deaf + "?signal=SIGKILL").is(200);
            w.box().delete("/process/" + closed + "?signal=SIGKILL").is(200);
        });
    }

    private void streams() {
        endpoint("GET /sandboxes/{id}/process/{pid}/stream");
        statement("4.5: history, then what comes, with its stream; then exit and close 1000", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "printf early; cat; printf late >&2", "stdin", true)
                    .is(201)
                    .field("pid");
            try (var stream = w.box().caller().stream("/process/" + pid + "/stream")) {
                stream.awaitShown("early");
                stream.type("typed");
                stream.awaitShown("typed");
                stream.say("type", "input", "data", "", "eof", true);
                stream.awaitShown("late");
                stream.await(
                        "data",
                        message -> message.path("stream").asText().equals("stderr")
                                && message.has("cursor")
                                && message.has("timestamp"));
                stream.await("exit", message -> message.at("/data/exitCode").asInt() == 0);
                stream.awaitClose(1000);
            }
        });
        statement("1.10: a cursor goes on right behind what was seen", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "printf one; cat; printf two", "stdin", true)
                    .is(201)
                    .field("pid");
            var cursor = "";
            try (var stream = w.box().caller().stream("/process/" + pid + "/stream")) {
                cursor = stream.awaitShown("one")
                        .await("data", message -> true)
                        .path("cursor")
                        .asText();
            }
            w.box().post("/process/" + pid + "/write", "eof", true).is(200);
            try (var stream = w.box().caller().stream("/process/" + pid + "/stream?cursor=" + cursor)) {
                stream.awaitClose(1000);
                Expect.that(stream.shown().equals("two"), "only what came after the cursor, not " + stream.shown());
            }
        });
        statement("4.5: input to a process without stdin is error 4005, a resize 9005; the stream goes on", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "sleep 60")
                    .is(201)
                    .field("pid");
            try (var stream = w.box().caller().stream("/process/" + pid + "/stream")) {
                stream.type("x");
                stream.awaitError(4005);
                stream.say("type", "resize", "data", Map.of("cols", 80, "rows", 24));
                stream.awaitError(9005);
                stream.say("type", "ping", "id", "p");
                stream.await("pong", pong -> pong.path("id").asText().equals("p"));
            }
            w.box().delete("/process/" + pid + "?signal=SIGKILL").is(200);
        });
        endpoint("POST /sandboxes/{id}/process/{pid}/ticket");
        statement("2.10: names the same stream without the gateway", w -> {
            var pid = w.box()
                    .post("/process/spawn", "command", "echo direct")
                    .is(201)
                    .field("pid");
            var ticket = w.box()
                    .post("/process/" + pid + "/ticket")
                    .is(201)
                    .has("/protocols")
                    .has("/expiresAt");
            try (var stream = Stream.at(ticket.field("url"), ticket.at("/protocols"))) {
                stream.awaitShown("direct").awaitClose(1000);
            }
        });
    }
}
