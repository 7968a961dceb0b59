package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Stream;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.4 and 4.4: terminals and the console. */
final class Terminals extends Area {
    Terminals() {
        super("terminals");
        creation();
        use();
        streams();
        console();
    }

    private static String opened(World w, Object... fields) {
        var pid = w.box().post("/pty", fields).is(201).field("pid");
        w.later(() -> w.box().delete("/pty/" + pid));
        return pid;
    }

    private static String ended(World w) {
        var pid = opened(w, "shell", "/bin/sh", "shellArgs", List.of("-c", "exit 3"));
        w.eventually("its end", () -> !w.box().get("/pty/" + pid).at("/active").asBoolean());
        return pid;
    }

    private void creation() {
        endpoint("POST /sandboxes/{id}/pty");
        statement("3.6: its fields and their defaults", w -> {
            var made = w.box().post("/pty").is(201);
            w.later(() -> w.box().delete("/pty/" + made.field("pid")));
            made.has("/cols", 80)
                    .has("/rows", 24)
                    .has("/cwd", "/home/user")
                    .has("/user", "user")
                    .has("/shell", "/bin/bash")
                    .has("/active", true);
        });
        statement("2.4: a bad cwd is 3001 or 3008, a shell that is none 4004, sizes have ranges", w -> {
            w.box().post("/pty", "cwd", "/tmp/not-there").fails(3001);
            w.box().post("/pty", "cwd", "/etc/hosts").fails(3008);
            w.box().post("/pty", "shell", "/bin/no-such-shell").fails(4004);
            w.box().post("/pty", "cols", 9).fails(9004);
            w.box().post("/pty", "rows", 201).fails(9004);
        });
        statement("1.9: the eleventh is 4102", w -> {
            var box = w.own();
            for (var i = 0; i < 10; i++) {
                box.post("/pty").is(201);
            }
            box.post("/pty").fails(4102);
        });
    }

    private void use() {
        endpoint("GET /sandboxes/{id}/pty");
        statement("2.4: a page of them", w -> {
            var pid = opened(w);
            w.box()
                    .get("/pty")
                    .is(200)
                    .among("/data", "pid", Integer.valueOf(pid))
                    .has("/pagination/hasMore", false);
        });
        endpoint("GET /sandboxes/{id}/pty/{pid}");
        statement(
                "2.4: readable after its end, with active false and the exit code",
                w -> w.box()
                        .get("/pty/" + ended(w))
                        .is(200)
                        .has("/active", false)
                        .has("/exitCode", 3));
        endpoint("DELETE /sandboxes/{id}/pty/{pid}");
        statement("2.4: 204, and it has ended", w -> {
            var pid = opened(w);
            w.box().delete("/pty/" + pid).is(204);
            w.eventually(
                    "its end", () -> !w.box().get("/pty/" + pid).at("/active").asBoolean());
        });
        endpoint("POST /sandboxes/{id}/pty/{pid}/resize");
        statement("2.4: the program sees the new size; an ended one is 4105", w -> {
            var pid = opened(w);
            w.box()
                    .post("/pty/" + pid + "/resize", "cols", 100, "rows", 30)
                    .is(200)
                    .has("/cols", 100)
                    .has("/rows", 30);
            w.box().get("/pty/" + pid).has("/cols", 100);
            w.box().post("/pty/" + pid + "/resize", "cols", 501, "rows", 30).fails(9004);
            w.box()
                    .post("/pty/" + ended(w) + "/resize", "cols", 100, "rows", 30)
                    .fails(4105);
        });
        endpoint("POST /sandboxes/{id}/pty/{pid}/write");
        statement("2.4: types; an ended one is 4104", w -> {
            var pid = opened(w);
            w.box()
                    .post("/pty/" + pid + "/write", "data", "echo $((40+2)) > /tmp/typed" + pid + "\n")
                    .is(200)
                    .has("/success", true)
                    .has("/bytesWritten");
            w.eventually(
                    "what was typed",
                    () -> w.box()
                            .get("/files/read?path=/tmp/typed" + pid)
                            .field("content")
                            .equals("42\n"));
            w.box()
                    .post("/pty/" + pid + "/write", "data", "!", "encoding", "base64")
                    .fails(9004);
            w.box().post("/pty/" + ended(w) + "/write", "data", "x").fails(4104);
        });
    }

    private void streams() {
        endpoint("GET /sandboxes/{id}/pty/{pid}/connect");
        statement("4.4: what is typed is run and shown to all; its end is exit and close 1000", w -> {
            var pid = opened(w);
            try (var one = w.box().caller().stream("/pty/" + pid + "/connect?includeHistory=true");
                    var other = w.box().caller().stream("/pty/" + pid + "/connect?includeHistory=true")) {
                Expect.that(one.protocol().equals("bearer"), "1.3: the server answers with the subprotocol bearer");
                one.type("echo $((40+2))\n");
                one.awaitShown("42");
                other.awaitShown("42");
                one.say("type", "resize", "data", Map.of("cols", 120, "rows", 40));
                one.say("type", "resize", "data", Map.of("cols", 1, "rows", 40));
                one.awaitError(9004);
                other.type("stty size; exit 5\n");
                one.awaitShown("40 120");
                one.await("exit", message -> message.at("/data/exitCode").asInt() == 5);
                one.awaitClose(1000);
                other.awaitClose(1000);
            }
        });
        statement("4.4: an ended one gives its history, exit and close 1000", w -> {
            var pid = opened(w, "shell", "/bin/sh", "shellArgs", List.of("-c", "echo said"));
            w.eventually(
                    "its end", () -> !w.box().get("/pty/" + pid).at("/active").asBoolean());
            try (var stream = w.box().caller().stream("/pty/" + pid + "/connect?includeHistory=true")) {
                stream.awaitShown("said").await("exit", message -> true);
                stream.awaitClose(1000);
            }
        });
        statement("4.3: what cannot be read is error 9005, the tenth closes with 4400", w -> {
            try (var stream = w.box().caller().stream("/pty/" + opened(w) + "/connect")) {
                for (var i = 0; i < 9; i++) {
                    stream.sayText("{");
                }
                stream.awaitError(9005);
                stream.say("type", "nonsense");
                stream.awaitClose(4400);
            }
        });
        statement("4.3: a binary frame closes with 1003, a message over 32 KiB with 1009", w -> {
            var pid = opened(w);
            try (var stream = w.box().caller().stream("/pty/" + pid + "/connect")) {
                stream.sayBinary();
                stream.awaitClose(1003);
            }
            try (var stream = w.box().caller().stream("/pty/" + pid + "/connect")) {
                stream.sayText("{\"type\":\"ping\",\"id\":\"" + "x".repeat(33_000) + "\"}");
                stream.awaitClose(1009);
            }
        });
        statement("4.9: 4409 when the sandbox is stopped, 4404 when it is deleted", w -> {
            var stopped = w.own();
            try (var stream = stopped.caller().stream(
                    "/pty/" + stopped.post("/pty").is(201).field("pid") + "/connect")) {
                stopped.post("/stop", "force", true).is(200);
                stream.awaitClose(4409);
            }
            var deleted = w.own();
            try (var stream = deleted.caller().stream(
                    "/pty/" + deleted.post("/pty").is(201).field("pid") + "/connect")) {
                deleted.delete("?force=true").is(204);
                stream.awaitClose(4404);
            }
        });
        endpoint("POST /sandboxes/{id}/pty/{pid}/ticket");
        statement("2.10: names the same stream without the gateway, once", w -> {
            var ticket = w.box().post("/pty/" + opened(w) + "/ticket").is(201).has("/expiresAt");
            try (var stream = Stream.at(ticket.field("url"), ticket.at("/protocols"))) {
                stream.type("echo $((40+2))\n");
                stream.awaitShown("42");
            }
        });
    }

    private void console() {
        endpoint("GET /sandboxes/{id}/console");
        statement("2.9b: an address with a token that opens it once", w -> {
            var given = w.box().get("/console").is(200).has("/token").has("/expiresAt");
            given.fits(
                    "the token is in the address",
                    answer -> answer.field("url").contains("token=" + given.field("token")));
            try (var stream = Stream.at(given.field("url"), given.at("/none"))) {
                stream.type("echo $((40+2))\n");
                stream.awaitShown("42");
            }
        });
        endpoint("GET /sandboxes/{id}/console/ws");
        statement("2.9b: a login shell that all connections share", w -> {
            try (var one = w.box().caller().stream("/console/ws");
                    var other = w.box().caller().stream("/console/ws")) {
                one.type("echo $((40+3))\n");
                other.awaitShown("43");
            }
        });
        statement(
                "2.9b: a shell that cannot be started is 4103",
                w -> w.own("shell", "/home/user/no-such-shell")
                        .caller()
                        .handshake("/console/ws")
                        .fails(4103));
    }
}
