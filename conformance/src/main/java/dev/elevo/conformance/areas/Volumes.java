package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.8: files that outlive sandboxes. */
final class Volumes extends Area {
    private static final long GIB = 1L << 30;

    Volumes() {
        super("volumes");
        creation();
        looking();
        changing();
        mounting();
    }

    /** A new one, until the case is over. */
    static String made(World w) {
        var name = w.name("vol");
        w.api().post("/volumes", "name", name, "sizeGB", 1).is(201);
        w.later(() -> w.api().delete("/volumes/" + name + "?force=true"));
        return name;
    }

    static Box mounted(World w, String volume) {
        return w.own("volumes", List.of(Map.of("volumeId", volume, "mountPath", "/data")));
    }

    private void creation() {
        endpoint("POST /volumes");
        statement("3.9: 201 with its fields and Location", w -> {
            var name = w.name("vol");
            w.later(() -> w.api().delete("/volumes/" + name));
            w.api()
                    .post("/volumes", "name", name, "sizeGB", 2, "labels", Map.of("a", "b"))
                    .is(201)
                    .has("/name", name)
                    .has("/size", 2 * GIB)
                    .has("/usedSize")
                    .has("/filesystem", "ext4")
                    .has("/mountedTo", List.of())
                    .has("/labels/a", "b")
                    .fits("its id", answer -> answer.field("id").matches("vol-[a-z0-9]{12}"))
                    .fits("Location", answer -> answer.header("Location").startsWith("/api/v1/volumes/"));
            w.api().post("/volumes?getOrCreate=true", "name", name).is(200).has("/size", 2 * GIB);
            w.api().post("/volumes", "name", name).fails(7103);
        });
        statement("2.8: out of range is 9004", w -> {
            w.api().post("/volumes", "name", w.name("v"), "sizeGB", 1001).fails(9004);
            w.api().post("/volumes", "name", w.name("v"), "filesystem", "fat").fails(9004);
            w.api().post("/volumes", "name", "NO").fails(9004);
        });
        statement("1.9: the quota of the organization is 7104", w -> {
            var full = w.as(w.lab().fullKey());
            full.post("/volumes?getOrCreate=true", "name", "conf-only", "sizeGB", 1)
                    .is(200, 201);
            full.post("/volumes", "name", w.name("more")).fails(7104);
        });
    }

    private void looking() {
        endpoint("GET /volumes");
        statement("2.8: a page, by labels, search and state", w -> {
            var name = made(w);
            w.api().get("/volumes?search=" + name).is(200).counts("/data", 1).has("/data/0/name", name);
            w.api().get("/volumes?state=in_use&search=" + name).counts("/data", 0);
            w.api()
                    .get("/volumes?expand=sandboxes&sort_by=size&cursor=&limit=1")
                    .is(200)
                    .counts("/data", 1);
        });
        endpoint("GET /volumes/{id}");
        statement("2.8: by id or name, with fields and sandboxes", w -> {
            var name = made(w);
            var id = w.api()
                    .get("/volumes/" + name)
                    .is(200)
                    .has("/state", "available")
                    .field("id");
            w.api()
                    .get("/volumes/" + id + "?fields=name&expand=sandboxes")
                    .is(200)
                    .has("/name", name)
                    .lacks("/size");
        });
    }

    private void changing() {
        endpoint("POST /volumes/{id}/resize");
        statement("2.8: larger or the same; smaller or out of range is 7105", w -> {
            var name = made(w);
            w.api().post("/volumes/" + name + "/resize", "sizeGB", 2).is(200).has("/size", 2 * GIB);
            w.api().post("/volumes/" + name + "/resize", "sizeGB", 2).is(200);
            w.api().post("/volumes/" + name + "/resize", "sizeGB", 1).fails(7105);
            w.api().post("/volumes/" + name + "/resize", "sizeGB", 1001).fails(7105);
        });
        endpoint("DELETE /volumes/{id}");
        statement("2.8: 7101 while a sandbox lists it; with force 204, and again 7100", w -> {
            var name = made(w);
            mounted(w, name);
            w.api().delete("/volumes/" + name).fails(7101);
            w.api().delete("/volumes/" + name + "?force=true").is(204);
            w.api().delete("/volumes/" + name).fails(7100);
        });
        statement(
                "2.8: 204 for one that nothing mounts",
                w -> w.api().delete("/volumes/" + made(w)).is(204));
    }

    private void mounting() {
        endpoint("POST /sandboxes");
        statement("3.2: one writes, others read; a second writer is 7101", w -> {
            var name = made(w);
            var writer = mounted(w, name);
            writer.write("/data/f", "shared");
            w.api().get("/volumes/" + name).has("/state", "in_use").has("/mountedTo", List.of(writer.id()));
            w.api().get("/volumes/" + name + "?expand=sandboxes").has("/sandboxes/0/id", writer.id());
            writer.get("?expand=volumes").has("/volumes/0/mountPath", "/data").has("/volumes/0/volume/name", name);
            var reader = w.own("volumes", List.of(Map.of("volumeId", name, "mountPath", "/data", "readOnly", true)));
            reader.get("/files/read?path=/data/f").has("/content", "shared");
            reader.post("/files/write", "path", "/data/g", "content", "")
                    .fits("cannot write", answer -> answer.status() >= 400);
            w.api()
                    .post("/sandboxes", "volumes", List.of(Map.of("volumeId", name, "mountPath", "/data")))
                    .fails(7101);
        });
        statement("3.2: mount paths are absolute and unique", w -> {
            var name = made(w);
            w.api()
                    .post("/sandboxes", "volumes", List.of(Map.of("volumeId", name, "mountPath", "data")))
                    .fails(9004);
            w.api()
                    .post(
                            "/sandboxes",
                            "volumes",
                            List.of(
                                    Map.of("volumeId", name, "mountPath", "/a"),
                                    Map.of("volumeId", name, "mountPath", "/a")))
                    .fails(9004);
        });
    }
}
