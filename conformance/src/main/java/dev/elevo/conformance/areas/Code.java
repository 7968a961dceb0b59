package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import java.util.List;
import java.util.Map;

/** 2.3: code, and sessions. */
final class Code extends Area {
    Code() {
        super("code and sessions");
        code();
        sessions();
        exec();
    }

    private void code() {
        endpoint("POST /sandboxes/{id}/code/run");
        statement(
                "2.3: runs it with arguments, environment, directory and input",
                w -> w.box()
                        .post(
                                "/code/run",
                                "language",
                                "bash",
                                "code",
                                "echo $1 $A; pwd; cat",
                                "args",
                                List.of("one"),
                                "env",
                                Map.of("A", "two"),
                                "cwd",
                                "/etc",
                                "input",
                                "in")
                        .is(200)
                        .has("/stdout", "one two\n/etc\nin")
                        .has("/exitCode", 0)
                        .lacks("/charts"));
        statement(
                "3.5: python, and charts only when they are asked for",
                w -> w.box()
                        .post("/code/run", "language", "python", "code", "print(6*7)", "captureCharts", true)
                        .is(200)
                        .has("/stdout", "42\n")
                        .counts("/charts", 0));
        statement(
                "3.5: a compile error is a result with the compiler's words",
                w -> w.box()
                        .post("/code/run", "language", "c", "code", "int main( {", "timeoutMs", 60_000)
                        .is(200)
                        .fits(
                                "the compiler's exit code and words",
                                answer -> answer.at("/exitCode").asInt() != 0
                                        && !answer.field("stderr").isEmpty()));
        statement("3.5: a long one is 202 and fetched later", w -> {
            var pid = w.box()
                    .post("/code/run", "language", "bash", "code", "sleep 0.3; echo late", "waitMs", 0)
                    .is(202)
                    .field("pid");
            w.box().get("/process/" + pid + "/result?waitMs=20000").is(200).has("/stdout", "late\n");
        });
        statement("2.3: a bad cwd is 3001 or 3008, an unknown user 4004", w -> {
            w.box()
                    .post("/code/run", "language", "bash", "code", "true", "cwd", "/tmp/not-there")
                    .fails(3001);
            w.box()
                    .post("/code/run", "language", "bash", "code", "true", "cwd", "/etc/hosts")
                    .fails(3008);
            w.box()
                    .post("/code/run", "language", "bash", "code", "true", "user", "nobody-there")
                    .fails(4004);
        });
        statement("2.3: a language that is not installed is 4008", w -> {
            var answer =
                    w.box().post("/code/run", "language", "bash", "code", "true", "env", Map.of("PATH", "/nowhere"));
            answer.fails(4008);
        });
        statement(
                "3.5: an unknown language is 9004",
                w -> w.box().post("/code/run", "language", "cobol", "code", "x").fails(9004));
        statement(
                "1.9: the hundred and first process is 9006",
                w -> Crowded.box(w)
                        .post("/code/run", "language", "bash", "code", "true")
                        .fails(9006));
    }

    private void sessions() {
        endpoint("POST /sandboxes/{id}/sessions");
        statement("3.5: its fields, and those it is given", w -> {
            var id = w.name("session");
            w.box()
                    .post("/sessions", "id", id, "cwd", "/etc", "env", Map.of("A", "b"))
                    .is(201)
                    .has("/id", id)
                    .has("/cwd", "/etc")
                    .has("/env/A", "b")
                    .has("/user", "user")
                    .has("/commandHistory", List.of())
                    .has("/active", true);
            w.box().post("/sessions", "id", id).fails(4009);
            w.box().delete("/sessions/" + id).is(204);
        });
        statement("2.3: a bad cwd is 3001 or 3008, an unknown user 4004, a bad id 9004", w -> {
            w.box().post("/sessions", "cwd", "/tmp/not-there").fails(3001);
            w.box().post("/sessions", "cwd", "/etc/hosts").fails(3008);
            w.box().post("/sessions", "user", "nobody-there").fails(4004);
            w.box().post("/sessions", "id", "a b").fails(9004);
        });
        statement("1.9: the eleventh is 9006", w -> {
            var box = w.own();
            for (var i = 0; i < 10; i++) {
                box.post("/sessions").is(201);
            }
            box.post("/sessions").fails(9006).has("/error/details/limit", 10);
        });
        endpoint("GET /sandboxes/{id}/sessions");
        statement("2.10: a page of them", w -> {
            var id = w.box().post("/sessions").is(201).field("id");
            w.box().get("/sessions").is(200).among("/data", "id", id).has("/pagination/total");
            w.box().get("/sessions?limit=1").is(200).counts("/data", 1);
            w.box().delete("/sessions/" + id).is(204);
        });
        endpoint("GET /sandboxes/{id}/sessions/{sid}");
        statement("2.10: shows its current values", w -> {
            var id = w.box().post("/sessions").is(201).field("id");
            w.box()
                    .post("/sessions/" + id + "/exec", "command", "cd /etc; export B=c")
                    .is(200)
                    .has("/exitCode", 0);
            w.box()
                    .get("/sessions/" + id)
                    .is(200)
                    .has("/cwd", "/etc")
                    .has("/env/B", "c")
                    .has("/commandHistory", List.of("cd /etc; export B=c"));
            w.box().delete("/sessions/" + id).is(204);
        });
        statement("3.5: an id that ended by its idle timer is 4007", w -> {
            var id = w.box().post("/sessions", "timeoutMs", 1000).is(201).field("id");
            w.eventually("its end", () -> w.box().get("/sessions/" + id).code() == 4007);
            w.box().post("/sessions/" + id + "/exec", "command", "true").fails(4007);
            w.box().delete("/sessions/" + id).fails(4007);
        });
        endpoint("DELETE /sandboxes/{id}/sessions/{sid}");
        statement("2.3: 204, and its processes are killed", w -> {
            var id = w.box().post("/sessions").is(201).field("id");
            var pid = w.box()
                    .post("/sessions/" + id + "/exec", "command", "sleep 60", "wait", false)
                    .is(201)
                    .field("pid");
            w.box().delete("/sessions/" + id).is(204);
            w.eventually("its process's end", () -> {
                var process = w.box().get("/process/" + pid);
                return process.code() == 4001 || process.field("state").equals("exited");
            });
            w.box().delete("/sessions/" + id).fails(4006);
        });
    }

    private void exec() {
        endpoint("POST /sandboxes/{id}/sessions/{sid}/exec");
        statement("2.10: directory and exported variables carry over", w -> {
            var id = w.box().post("/sessions").is(201).field("id");
            w.box()
                    .post("/sessions/" + id + "/exec", "command", "cd /usr && export X=y")
                    .is(200)
                    .has("/exitCode", 0);
            w.box()
                    .post("/sessions/" + id + "/exec", "command", "echo $X; pwd")
                    .is(200)
                    .has("/stdout", "y\n/usr\n");
            w.box().delete("/sessions/" + id).is(204);
        });
        statement("2.10: one that times out is killed, and the session stays", w -> {
            var id = w.box().post("/sessions").is(201).field("id");
            w.box()
                    .post("/sessions/" + id + "/exec", "command", "sleep 60", "timeoutMs", 100)
                    .is(200)
                    .has("/timedOut", true);
            w.box().post("/sessions/" + id + "/exec", "command", "echo still").has("/stdout", "still\n");
            w.box()
                    .post("/sessions/" + id + "/exec", "command", "sleep 0.2; echo late", "waitMs", 0)
                    .is(202);
            w.box().delete("/sessions/" + id).is(204);
        });
        statement("2.10: one after another; who does not wait has the pid of one whose turn has not come", w -> {
            var session = "/sessions/" + w.box().post("/sessions").is(201).field("id");
            w.box()
                    .post(session + "/exec", "command", "sleep 0.5; export X=y", "wait", false)
                    .is(201);
            var pid = w.box()
                    .post(session + "/exec", "command", "echo $X", "wait", false)
                    .is(201)
                    .has("/startedAt")
                    .field("pid");
            w.box().get("/process/" + pid + "/result?waitMs=20000").is(200).has("/stdout", "y\n");
            w.box().delete(session).is(204);
        });
        statement("2.10: of the commands that wait for their turn one too many is 9006", w -> {
            var box = w.own();
            var session = "/sessions/" + box.post("/sessions").is(201).field("id");
            for (var i = 0; i < 33; i++) {
                box.post(session + "/exec", "command", "sleep 600", "wait", false)
                        .is(201);
            }
            box.post(session + "/exec", "command", "true").fails(9006).has("/error/details/limit", 32);
        });
        statement("2.10: 4004 for a shell that cannot be used any more", w -> {
            var box = w.own();
            var id = box.post("/sessions", "cwd", "/home/user").is(201).field("id");
            box.post("/sessions/" + id + "/exec", "command", "mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone")
                    .is(200);
            box.post("/sessions/" + id + "/exec", "command", "true").fails(4004);
        });
    }
}
