package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.2 and 2.10: directories, copies, moves, modes, owners, and a disk that is full. */
final class FileChanges extends Area {
    FileChanges() {
        super("file changes");
        directories();
        copies();
        removal();
        rights();
        full();
    }

    private void directories() {
        endpoint("POST /sandboxes/{id}/files/mkdir");
        statement("2.2: 201 when it is made, 200 when it is there", w -> {
            var dir = w.path();
            w.box()
                    .post("/files/mkdir", "path", dir, "mode", "0700")
                    .is(201)
                    .has("/path", dir)
                    .has("/created", true);
            w.box().post("/files/mkdir", "path", dir).is(200).has("/created", false);
            w.box().get("/files/stat?path=" + dir).has("/mode", 448);
            w.box()
                    .post("/files/mkdir", "path", dir + "/a/b", "recursive", true)
                    .is(201);
        });
        statement("2.2: a missing parent is 3001, a file of that name 3002, a file above it 3008", w -> {
            var file = w.path();
            w.box().write(file, "");
            w.box().post("/files/mkdir", "path", "/tmp/none/a").fails(3001);
            w.box().post("/files/mkdir", "path", file).fails(3002);
            w.box().post("/files/mkdir", "path", file + "/a").fails(3008);
            w.box().post("/files/mkdir", "path", "/root/a").fails(3004);
        });
    }

    private void copies() {
        endpoint("POST /sandboxes/{id}/files/copy");
        statement("2.2: answers the new one, with the attributes of the old", w -> {
            var dir = w.path();
            w.box()
                    .write(dir + "/a", "x")
                    .post("/files/chmod", "path", dir + "/a", "mode", "600")
                    .is(200);
            w.box()
                    .post("/files/copy", "src", dir + "/a", "dst", dir + "/b")
                    .is(200)
                    .has("/path", dir + "/b")
                    .has("/mode", 384);
            w.box()
                    .post("/files/copy", "source", dir + "/a", "destination", dir + "/c")
                    .is(200)
                    .has("/path", dir + "/c");
            w.box()
                    .post("/files/copy", "src", dir, "dst", dir + "-2", "recursive", true)
                    .is(200)
                    .has("/type", "dir");
            w.box().get("/files?path=" + dir + "-2").counts("/data", 3);
        });
        statement("2.2: 3001, 3002, 3008, and 3009 for a directory without recursive", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "").write(dir + "/b", "");
            unfit(w.box(), "/files/copy", dir);
            w.box().post("/files/copy", "src", dir, "dst", dir + "-2").fails(3009);
        });
        endpoint("POST /sandboxes/{id}/files/move");
        statement("2.2: answers the new one, and the old is gone", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "x").write(dir + "/b", "y");
            w.box()
                    .post("/files/move", "src", dir + "/a", "dst", dir + "/b", "overwrite", true)
                    .is(200)
                    .has("/path", dir + "/b");
            w.box().get("/files/exists?path=" + dir + "/a").has("/exists", false);
            w.box().get("/files/read?path=" + dir + "/b").has("/content", "x");
        });
        statement("2.2: 3001, 3002, 3008", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "").write(dir + "/b", "");
            unfit(w.box(), "/files/move", dir);
        });
    }

    private static void unfit(Box box, String call, String dir) {
        box.post(call, "src", dir + "/none", "dst", dir + "/c").fails(3001);
        box.post(call, "src", dir + "/a", "dst", dir + "/b").fails(3002);
        box.post(call, "src", dir + "/a", "dst", dir + "/b/c").fails(3008);
    }

    private void removal() {
        endpoint("DELETE /sandboxes/{id}/files");
        statement("2.2: 204; with force what is not there is success", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "");
            w.box().delete("/files?path=" + dir + "/a").is(204);
            w.box().delete("/files?path=" + dir + "/a&force=true").is(204);
        });
        statement("2.2: 3001, 3003 without recursive, and the root 3004", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "");
            w.box().delete("/files?path=" + dir + "/b").fails(3001);
            w.box().delete("/files?path=" + dir).fails(3003);
            w.box().delete("/files?path=/&recursive=true").fails(3004);
            w.box().delete("/files?recursive=true&path=" + dir).is(204);
        });
    }

    private void rights() {
        endpoint("POST /sandboxes/{id}/files/chmod");
        statement("2.10: answers the entry, and reaches all below with recursive", w -> {
            var dir = w.path();
            w.box().write(dir + "/a", "");
            w.box()
                    .post("/files/chmod", "path", dir, "mode", 448, "recursive", true)
                    .is(200)
                    .has("/mode", 448);
            w.box().get("/files/stat?path=" + dir + "/a").has("/mode", 448);
            w.box().post("/files/chmod", "path", dir + "/none", "mode", 448).fails(3001);
            w.box().post("/files/chmod", "path", dir, "mode", "rwx").fails(9004);
        });
        endpoint("POST /sandboxes/{id}/files/chown");
        statement("2.10: answers the entry with its owner", w -> {
            var file = w.path();
            w.box().write(file, "");
            w.box().post("/files/chown", "path", file, "owner", "user").is(200).has("/owner", "user");
        });
        statement("2.10: 3001; an unknown owner or group is 3004", w -> {
            var file = w.path();
            w.box().write(file, "");
            w.box().post("/files/chown", "path", "/tmp/none", "owner", "user").fails(3001);
            w.box().post("/files/chown", "path", file, "owner", "nobody-there").fails(3004);
            w.box()
                    .post("/files/chown", "path", file, "owner", "user", "group", "none-there")
                    .fails(3004);
        });
    }

    private void full() {
        for (var name : List.of("write", "mkdir", "copy", "move", "upload", "write-batch")) {
            endpoint("POST /sandboxes/{id}/files/" + name);
            statement("2.2: a full disk is 3005", w -> refused(name, filled(w)));
        }
        endpoint("POST /sandboxes/{id}/files");
        statement(
                "2.2: a full disk is 3005",
                w -> filled(w)
                        .post("/files", "path", "/home/user/more", "content", "x".repeat(1 << 20))
                        .fails(3005));
        for (var name : List.of("init", "clone")) {
            endpoint("POST /sandboxes/{id}/git/" + name);
            statement("2.5: a full disk is 3005", w -> {
                var box = filled(w);
                box.post("/git/" + name, "path", "/home/user/fresh", "url", "file:///dev/shm/source")
                        .fails(3005);
            });
        }
    }

    private static void refused(String name, Box box) {
        var much = "x".repeat(1 << 20);
        switch (name) {
            case "mkdir" ->
                box.post("/files/mkdir", "path", "/home/user/" + "d/".repeat(1500) + "d", "recursive", true)
                        .fails(3005);
            case "copy" ->
                box.post("/files/copy", "src", "/usr/bin/git", "dst", "/home/user/copy")
                        .fails(3005);
            case "move" ->
                box.post("/files/move", "src", "/dev/shm/large", "dst", "/home/user/moved")
                        .fails(3005);
            case "upload" ->
                box.caller()
                        .send("POST", "/files/upload?path=/home/user/more", "application/octet-stream", much)
                        .fails(3005);
            case "write-batch" ->
                box.post("/files/write-batch", "files", List.of(Map.of("path", "/home/user/more", "content", much)))
                        .fails(3005);
            default ->
                box.post("/files/write", "path", "/home/user/more", "content", much)
                        .fails(3005);
        }
    }

    /** Of the smallest disk there is, with nothing left on it, and something to be moved onto it. */
    private static Box filled(World w) {
        var id = w.lab()
                .lasting(
                        "filled",
                        made -> {
                            made.run("head -c 2M /dev/zero > /dev/shm/large; git init -q /dev/shm/source; cd"
                                    + " /dev/shm/source; head -c 2M /dev/urandom > f; git add f; git -c"
                                    + " user.name=a -c user.email=a@b commit -qm m");
                            made.run("fallocate -l 5G /home/user/fill 2>/dev/null; cat /dev/zero > /home/user/rest"
                                    + " 2>/dev/null; true");
                        },
                        "resources",
                        Map.of("disk", 1),
                        "requireEnforced",
                        List.of("disk"));
        return w.boxed(id);
    }
}
