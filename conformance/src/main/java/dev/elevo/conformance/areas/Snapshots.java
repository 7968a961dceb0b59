package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.World;
import java.util.Map;

/** 2.7: snapshots, and sandboxes made of them. */
final class Snapshots extends Area {
    Snapshots() {
        super("snapshots");
        creation();
        refusals();
        looking();
        removal();
    }

    private static String made(World w) {
        var name = w.name("snap");
        gone(w, name);
        w.api().post("/snapshots", "name", name, "sandboxId", w.box().id()).is(201, 202);
        w.eventually(
                "available",
                () -> w.api().get("/snapshots/" + name).field("state").equals("available"));
        return name;
    }

    private static void gone(World w, String name) {
        w.later(() -> w.eventually(
                name + " gone", () -> w.api().delete("/snapshots/" + name).code() != 7002));
    }

    private void creation() {
        endpoint("POST /snapshots");
        statement("2.7: 201 when it is available, and a sandbox made of it has files and configuration", w -> {
            var box = w.own("env", Map.of("K", "v"), "workDir", "/home/user/work");
            box.write("/home/user/work/f", "kept");
            var name = w.name("snap");
            gone(w, name);
            w.api()
                    .post(
                            "/snapshots",
                            "name",
                            name,
                            "sandboxId",
                            box.id(),
                            "description",
                            "said",
                            "labels",
                            Map.of("a", "b"),
                            "expiresInHours",
                            1)
                    .is(201, 202)
                    .has("/name", name)
                    .has("/sandboxId", box.id())
                    .has("/description", "said")
                    .has("/labels/a", "b")
                    .has("/expiresAt")
                    .fits("its id", answer -> answer.field("id").matches("snap-[a-z0-9]{12}"));
            w.eventually(
                    "available",
                    () -> w.api().get("/snapshots/" + name).field("state").equals("available"));
            var copy = w.own("snapshot", name);
            copy.get("").has("/snapshotId").has("/workDir", "/home/user/work").has("/env/K", "v");
            copy.get("/files/read?path=/home/user/work/f").has("/content", "kept");
        });
        statement("2.7: 202 with creating for who does not wait", w -> {
            var name = w.name("snap");
            gone(w, name);
            w.api()
                    .post("/snapshots", "name", name, "sandboxId", w.box().id(), "wait", false)
                    .is(202)
                    .has("/state", "creating");
        });
        statement("2.7: also of a paused sandbox", w -> {
            var box = w.own();
            box.post("/pause").is(200);
            var name = w.name("snap");
            gone(w, name);
            w.api().post("/snapshots", "name", name, "sandboxId", box.id()).is(201, 202);
        });
        endpoint("POST /sandboxes/{id}/checkpoint");
        statement("2.10: the same with a name of its own", w -> {
            var made = w.box().post("/checkpoint").is(201, 202);
            gone(w, made.field("id"));
            made.fits("sandbox's name and time", answer -> answer.field("name").matches("sandbox-[a-z0-9]{8}-\\d{14}"));
        });
    }

    private void refusals() {
        endpoint("POST /snapshots");
        statement("2.7: 2001, 2003, 7004", w -> {
            w.api()
                    .post("/snapshots", "name", w.name("s"), "sandboxId", "sbx-000000000000")
                    .fails(2001);
            w.api()
                    .post(
                            "/snapshots",
                            "name",
                            w.name("s"),
                            "sandboxId",
                            w.stopped().id())
                    .fails(2003);
            w.api()
                    .post("/snapshots", "name", made(w), "sandboxId", w.box().id())
                    .fails(7004);
        });
        statement("1.9: the quota of the organization is 7003", w -> {
            full(w);
            var full = w.as(w.lab().fullKey());
            full.post("/snapshots", "name", w.name("more"), "sandboxId", Quotas.one(w, full))
                    .fails(7003);
        });
        endpoint("POST /sandboxes/{id}/checkpoint");
        statement("2.10: 7004 and 7003", w -> {
            w.box().post("/checkpoint", "name", made(w)).fails(7004);
            full(w);
            var full = w.as(w.lab().fullKey());
            full.post("/sandboxes/" + Quotas.one(w, full) + "/checkpoint").fails(7003);
        });
    }

    private static void full(World w) {
        var full = w.as(w.lab().fullKey());
        var one = Quotas.one(w, full);
        w.lab()
                .once(
                        "full of snapshots",
                        () -> full.post("/snapshots", "name", "conf-only", "sandboxId", one)
                                .fits(
                                        "is there",
                                        answer -> answer.status() < 300
                                                || answer.code() == 7004
                                                || answer.code() == 7003));
    }

    private void looking() {
        endpoint("GET /snapshots");
        statement("2.7: a page, by sandbox, state and search", w -> {
            var name = made(w);
            w.api()
                    .get("/snapshots?search=" + name + "&sandboxId=" + w.box().id() + "&state=available&expand=sandbox")
                    .is(200)
                    .counts("/data", 1)
                    .has("/data/0/sandbox/id", w.box().id());
            w.api().get("/snapshots?search=" + name + "&state=failed").counts("/data", 0);
            w.api().get("/snapshots?cursor=&limit=1&sort_by=size").is(200);
        });
        endpoint("GET /snapshots/{id}");
        statement("2.7: by id or name", w -> {
            var name = made(w);
            var id = w.api()
                    .get("/snapshots/" + name)
                    .is(200)
                    .has("/size")
                    .has("/completedAt")
                    .field("id");
            w.api()
                    .get("/snapshots/" + id + "?fields=name")
                    .is(200)
                    .has("/name", name)
                    .lacks("/state");
        });
    }

    private void removal() {
        endpoint("DELETE /snapshots/{id}");
        statement("2.7: 204, again 7000; sandboxes made of it stay", w -> {
            var name = made(w);
            var copy = w.own("snapshot", name);
            w.eventually(
                    "it is not used any more",
                    () -> w.api().delete("/snapshots/" + name).status() == 204);
            w.api().delete("/snapshots/" + name).fails(7000);
            copy.get("").is(200).has("/state", "running");
        });
        statement("2.7: 7002 while it is creating, and for a sandbox of one that is not available", w -> {
            var box = w.own();
            box.run("head -c 300M /dev/urandom > /home/user/large");
            var name = w.name("snap");
            gone(w, name);
            w.api()
                    .post("/snapshots", "name", name, "sandboxId", box.id(), "wait", false)
                    .is(202);
            w.api().delete("/snapshots/" + name).fails(7002);
            w.api().post("/sandboxes", "snapshot", name).fails(7002);
        });
    }
}
