package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.9c and 4.8: runs, their metrics and logs, artifacts. */
final class Runs extends Area {
    Runs() {
        super("runs");
        runs();
        metrics();
        logs();
        artifacts();
    }

    private static String made(World w, Object... more) {
        var fields = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("name", w.name("run")), java.util.stream.Stream.of(more))
                .toArray();
        var id = w.api().post("/runs", fields).is(201).field("id");
        w.later(() -> w.api().delete("/runs/" + id));
        return id;
    }

    private void runs() {
        endpoint("POST /runs");
        statement("3.10: 201 with its fields, running", w -> {
            var made = w.api()
                    .post(
                            "/runs",
                            "name",
                            "first",
                            "params",
                            Map.of("lr", 0.1),
                            "labels",
                            Map.of("a", "b"),
                            "sandboxId",
                            w.box().id())
                    .is(201)
                    .has("/status", "running")
                    .has("/project", "default")
                    .has("/params/lr", 0.1)
                    .has("/sandboxId", w.box().id())
                    .has("/createdBy")
                    .fits("its id", answer -> answer.field("id").matches("run-[a-z0-9]{12}"));
            w.api().delete("/runs/" + made.field("id")).is(204);
            w.api().post("/runs", "name", "x", "sandboxId", "sbx-000000000000").fails(2001);
        });
        endpoint("GET /runs");
        statement("2.9c: a page, by project, status and labels", w -> {
            var project = w.name("project");
            var id = made(w, "project", project, "labels", Map.of("a", "b"));
            w.api()
                    .get("/runs?project=" + project + "&status=running,failed&labels=a=b")
                    .is(200)
                    .counts("/data", 1)
                    .has("/data/0/id", id);
            w.api().get("/runs?project=" + project + "&status=failed").counts("/data", 0);
            w.api().get("/runs?cursor=&limit=1&sort_by=name").is(200);
        });
        endpoint("GET /runs/{id}");
        statement(
                "2.9c: one of them",
                w -> w.api().get("/runs/" + made(w)).is(200).has("/status", "running"));
        endpoint("DELETE /runs/{id}");
        statement("2.9c: 204, and again 9008", w -> {
            var id = made(w);
            w.api().delete("/runs/" + id).is(204);
            w.api().delete("/runs/" + id).fails(9008);
        });
        endpoint("POST /runs/{id}/finish");
        statement("2.9c: once; the same again is a no-op, another status 9004", w -> {
            var id = made(w);
            w.api()
                    .post("/runs/" + id + "/finish", "status", "succeeded", "summary", Map.of("loss", 1))
                    .is(200)
                    .has("/status", "succeeded")
                    .has("/summary/loss", 1)
                    .has("/finishedAt");
            w.api().post("/runs/" + id + "/finish", "status", "succeeded").is(200);
            w.api().post("/runs/" + id + "/finish", "status", "failed").fails(9004);
            w.api()
                    .post("/runs/" + id + "/metrics", "points", List.of(Map.of("name", "x", "value", 1)))
                    .fails(9004);
            w.api().post("/runs/" + id + "/logs", "lines", List.of("x")).fails(9004);
        });
    }

    private void metrics() {
        endpoint("POST /runs/{id}/metrics");
        statement(
                "2.9c: how many were accepted",
                w -> w.api()
                        .post(
                                "/runs/" + made(w) + "/metrics",
                                "points",
                                List.of(Map.of("name", "loss", "value", 0.5, "step", 1)))
                        .is(200)
                        .has("/success", true)
                        .has("/accepted", 1));
        endpoint("GET /runs/{id}/metrics");
        statement("2.9c: by name, in the order of steps, thinned", w -> {
            var id = made(w);
            w.api()
                    .post(
                            "/runs/" + id + "/metrics",
                            "points",
                            List.of(
                                    Map.of("name", "loss", "value", 3, "step", 3),
                                    Map.of("name", "loss", "value", 1, "step", 1),
                                    Map.of("name", "loss", "value", 2, "step", 2),
                                    Map.of("name", "other", "value", 9)))
                    .is(200);
            w.api()
                    .get("/runs/" + id + "/metrics")
                    .is(200)
                    .counts("/metrics/loss", 3)
                    .has("/metrics/loss/0/value", 1)
                    .counts("/metrics/other", 1);
            w.api()
                    .get("/runs/" + id + "/metrics?name=loss&fromStep=2&toStep=2")
                    .counts("/metrics/loss", 1)
                    .lacks("/metrics/other");
            w.api().get("/runs/" + id + "/metrics?maxPoints=2").counts("/metrics/loss", 2);
        });
    }

    private void logs() {
        endpoint("POST /runs/{id}/logs");
        statement(
                "2.9c: how many were accepted",
                w -> w.api()
                        .post("/runs/" + made(w) + "/logs", "lines", List.of("a", "b"))
                        .is(200)
                        .has("/accepted", 2));
        endpoint("GET /runs/{id}/logs/ws");
        statement("4.8: the last lines, then new ones; exit and close 1000 when it is finished", w -> {
            var id = made(w);
            w.api()
                    .post("/runs/" + id + "/logs", "lines", List.of("first", "second"))
                    .is(200);
            try (var stream = w.api().stream("/runs/" + id + "/logs/ws?tail=1")) {
                stream.awaitShown("second\n");
                w.api().post("/runs/" + id + "/logs", "lines", List.of("third")).is(200);
                stream.awaitShown("third\n");
                Expect.that(!stream.shown().contains("first"), "tail bounds what is sent first");
                w.api().post("/runs/" + id + "/finish", "status", "failed").is(200);
                stream.await("exit", message -> message.at("/data/exitCode").asInt() == 1);
                stream.awaitClose(1000);
            }
        });
        statement(
                "4.2: an unknown run is refused before the upgrade, with 9008",
                w -> w.api().handshake("/runs/run-000000000000/logs/ws").fails(9008));
    }

    private void artifacts() {
        endpoint("POST /artifacts");
        statement("3.10: 201; the version counts up per name", w -> {
            var name = w.name("art");
            var one = w.api()
                    .post("/artifacts", "name", name, "content", "aGk=", "labels", Map.of("a", "b"))
                    .is(201)
                    .has("/version", 1)
                    .has("/size", 2)
                    .has("/type", "file")
                    .has("/sha256", "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4");
            var two = w.api()
                    .post("/artifacts", "name", name, "content", "aGk=")
                    .is(201)
                    .has("/version", 2);
            w.api().delete("/artifacts/" + one.field("id")).is(204);
            w.api().delete("/artifacts/" + two.field("id")).is(204);
        });
        statement("2.9c: a file of a sandbox, as it is now", w -> {
            var file = w.path();
            w.box().write(file, "copied");
            var made = w.api()
                    .post(
                            "/artifacts",
                            "name",
                            w.name("art"),
                            "source",
                            Map.of("sandboxId", w.box().id(), "path", file))
                    .is(201)
                    .has("/size", 6);
            w.api().delete("/artifacts/" + made.field("id")).is(204);
        });
        statement("2.9c: 2001, 2003, 3001, 3007, 3009, 9008, 9004", w -> {
            source(w, "sbx-000000000000", "/etc/hosts", 2001);
            source(w, w.stopped().id(), "/etc/hosts", 2003);
            source(w, w.box().id(), "/tmp/not-there", 3001);
            source(w, w.box().id(), "/tmp", 3009);
            var large = w.path();
            w.box().run("truncate -s 6M " + large);
            source(w, w.box().id(), large, 3007);
            w.api()
                    .post("/artifacts", "name", "x", "content", "", "runId", "run-000000000000")
                    .fails(9008);
            w.api().post("/artifacts", "name", "x").fails(9004);
            w.api().post("/artifacts", "name", "x", "content", "!").fails(9004);
        });
        endpoint("GET /artifacts");
        statement("2.9c: a page, by run, name and type", w -> {
            var run = made(w);
            var name = w.name("art");
            var id = w.api()
                    .post("/artifacts", "name", name, "content", "", "runId", run, "type", "model")
                    .is(201)
                    .field("id");
            w.api()
                    .get("/artifacts?runId=" + run + "&name=" + name + "&type=model")
                    .is(200)
                    .counts("/data", 1);
            w.api().get("/artifacts?cursor=&limit=1&sort_by=size").is(200);
            w.api().delete("/artifacts/" + id).is(204);
        });
        endpoint("GET /artifacts/{id}");
        statement("2.9c: one of them, 9008 when it is gone", w -> {
            var id = w.api()
                    .post("/artifacts", "name", w.name("art"), "content", "aGk=")
                    .is(201)
                    .field("id");
            w.api().get("/artifacts/" + id).is(200).has("/version", 1);
            w.api().delete("/artifacts/" + id).is(204);
            w.api().get("/artifacts/" + id).fails(9008);
        });
        endpoint("GET /artifacts/{id}/content");
        statement("2.9c: the bytes", w -> {
            var id = w.api()
                    .post("/artifacts", "name", w.name("art"), "content", "aGk=")
                    .is(201)
                    .field("id");
            w.api()
                    .get("/artifacts/" + id + "/content")
                    .is(200)
                    .fits("the bytes", answer -> answer.text().equals("hi"));
            w.api().delete("/artifacts/" + id).is(204);
        });
        endpoint("DELETE /artifacts/{id}");
        statement("2.9c: 204, and again 9008", w -> {
            var id = w.api()
                    .post("/artifacts", "name", w.name("art"), "content", "")
                    .is(201)
                    .field("id");
            w.api().delete("/artifacts/" + id).is(204);
            w.api().delete("/artifacts/" + id).fails(9008);
        });
    }

    private static void source(World w, String sandbox, String path, int code) {
        w.api()
                .post("/artifacts", "name", "x", "source", Map.of("sandboxId", sandbox, "path", path))
                .fails(code);
    }
}
