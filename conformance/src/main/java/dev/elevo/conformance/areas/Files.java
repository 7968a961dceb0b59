package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Caller;
import dev.elevo.conformance.dsl.Mismatch;
import java.util.List;
import java.util.Map;

/** 2.2 and 2.10: looking at files, reading and writing them. */
final class Files extends Area {
    Files() {
        super("files");
        looking();
        reading();
        writing();
        batches();
        uploading();
        byAddress();
    }

    private void looking() {
        endpoint("GET /sandboxes/{id}/files");
        statement("2.2: lists a directory by name, with everything that FileInfo has", w -> {
            var dir = w.path();
            w.box().write(dir + "/b.txt", "hello").write(dir + "/.hidden", "");
            w.box().post("/files/mkdir", "path", dir + "/a").is(201);
            w.box()
                    .get("/files?path=" + dir)
                    .is(200)
                    .counts("/data", 3)
                    .has("/data/0/hidden", true)
                    .has("/data/1/type", "dir")
                    .has("/data/2/name", "b.txt")
                    .has("/data/2/size", 5)
                    .has("/data/2/mode", 420)
                    .has("/data/2/permissions", "rw-r--r--")
                    .has("/data/2/mimeType", "text/plain")
                    .has("/pagination/total", 3)
                    .has("/pagination/limit", 3);
            w.box().get("/files?path=" + dir + "&includeHidden=false").counts("/data", 2);
            w.box().get("/files?path=" + dir + "&type=dir").counts("/data", 1);
            w.box()
                    .get("/files?path=" + dir + "&limit=1&page=2&sort_by=size&sort_order=desc")
                    .counts("/data", 1)
                    .has("/pagination/totalPages", 3);
        });
        statement("2.2: depth 0 is the entry itself, -1 all levels", w -> {
            var dir = w.path();
            w.box().write(dir + "/x/y/z", "");
            w.box().get("/files?path=" + dir + "&depth=0").counts("/data", 1).has("/data/0/path", dir);
            w.box().get("/files?path=" + dir + "&depth=-1").counts("/data", 3);
        });
        statement("2.2: nothing there is 3001, a file 3008", w -> {
            w.box().get("/files?path=/tmp/not-there").fails(3001);
            w.box().get("/files?path=/etc/hosts").fails(3008);
        });
        endpoint("GET /sandboxes/{id}/files/stat");
        statement("2.10: follows a link unless told not to", w -> {
            var dir = w.path();
            w.box().write(dir + "/f", "x").run("ln -s f " + dir + "/l");
            w.box().get("/files/stat?path=" + dir + "/l").is(200).has("/type", "file");
            w.box()
                    .get("/files/stat?path=" + dir + "/l&followSymlinks=false")
                    .is(200)
                    .has("/type", "symlink")
                    .has("/symlinkTarget", "f");
            w.box().get("/files/stat?path=/tmp/../etc/./hosts").is(200).has("/path", "/etc/hosts");
        });
        statement("2.10: nothing there is 3001, and what one may not see 3004", w -> {
            w.box().get("/files/stat?path=/tmp/not-there").fails(3001);
            w.box().get("/files/stat?path=/root/x").fails(3004);
        });
        endpoint("GET /sandboxes/{id}/files/exists");
        statement("2.10: says whether, and as what", w -> {
            w.box().get("/files/exists?path=/etc").is(200).has("/exists", true).has("/type", "dir");
            w.box()
                    .get("/files/exists?path=/tmp/not-there")
                    .is(200)
                    .has("/exists", false)
                    .lacks("/type");
        });
    }

    private void reading() {
        endpoint("GET /sandboxes/{id}/files/read");
        statement("2.2: text with its size in bytes, and what cannot be decoded as U+FFFD", w -> {
            var file = w.path();
            w.box().write(file, "héllo");
            w.box()
                    .get("/files/read?path=" + file)
                    .is(200)
                    .has("/content", "héllo")
                    .has("/size", 6)
                    .has("/encoding", "utf-8")
                    .has("/path", file);
            w.box().get("/files/read?path=" + file + "&offset=2&length=2").has("/content", "\uFFFDl");
        });
        statement("2.2: bytes as base64, stream as they are", w -> {
            var file = w.path();
            w.box().write(file, "abcdef");
            w.box()
                    .get("/files/read?format=bytes&path=" + file)
                    .has("/content", "YWJjZGVm")
                    .has("/encoding", "base64");
            w.box()
                    .get("/files/read?format=stream&offset=1&length=3&path=" + file)
                    .is(200)
                    .hasHeader("Content-Type", "application/octet-stream")
                    .fits("the bytes", answer -> answer.text().equals("bcd"));
        });
        statement("2.2: nothing there is 3001, a directory 3009", w -> {
            w.box().get("/files/read?path=/tmp/not-there").fails(3001);
            w.box().get("/files/read?path=/tmp").fails(3009);
        });
        statement("1.9: more than an answer carries is 3007 with size and limit", w -> {
            var file = w.path();
            w.box().run("truncate -s 101M " + file);
            w.box()
                    .get("/files/read?path=" + file)
                    .fails(3007)
                    .has("/error/details/size", 101L << 20)
                    .has("/error/details/limit");
        });
        endpoint("GET /sandboxes/{id}/files/download");
        statement("2.2: raw bytes, with type, length and as an attachment", w -> {
            var file = w.path() + ".html";
            w.box().write(file, "<p>");
            w.box()
                    .get("/files/download?path=" + file)
                    .is(200)
                    .hasHeader("Content-Length", "3")
                    .fits(
                            "type by extension",
                            answer -> answer.header("Content-Type").startsWith("text/html"))
                    .fits(
                            "an attachment",
                            answer -> answer.header("Content-Disposition").startsWith("attachment"))
                    .fits("the bytes", answer -> answer.text().equals("<p>"));
        });
        statement("2.2: nothing there is 3001, a directory 3009", w -> {
            w.box().get("/files/download?path=/tmp/not-there").fails(3001);
            w.box().get("/files/download?path=/tmp").fails(3009);
        });
    }

    private void writing() {
        for (var name : List.of("/files/write", "/files")) {
            endpoint("POST /sandboxes/{id}" + name);
            statement(
                    "2.2: says what was written and whether it is new; parents are made, the mode is of a new file",
                    w -> {
                        var file = w.path() + "/deep/f";
                        w.box()
                                .post(name, "path", file, "content", "one", "mode", "600")
                                .is(200)
                                .has("/path", file)
                                .has("/bytesWritten", 3)
                                .has("/created", true);
                        w.box()
                                .post(name, "path", file, "content", "two!")
                                .has("/created", false)
                                .has("/bytesWritten", 4);
                        w.box()
                                .post(name, "path", file, "content", "+", "append", true)
                                .is(200);
                        w.box().get("/files/read?path=" + file).has("/content", "two!+");
                        w.box().get("/files/stat?path=" + file).has("/mode", 384);
                    });
            statement("2.2: base64, and raw bytes with the fields in the query", w -> {
                var file = w.path();
                w.box()
                        .post(name, "path", file, "content", "aGk=", "encoding", "base64")
                        .is(200);
                w.box().get("/files/read?path=" + file).has("/content", "hi");
                w.box()
                        .caller()
                        .send("POST", name + "?append=true&path=" + file, "text/plain", "there")
                        .is(200);
                w.box().get("/files/read?path=" + file).has("/content", "hithere");
            });
            statement("2.2: the errors of a target that does not fit", w -> {
                var file = w.path();
                w.box().write(file, "");
                w.box()
                        .post(name, "path", "/tmp/none/f", "content", "", "createParents", false)
                        .fails(3001);
                w.box()
                        .post(name, "path", file, "content", "", "overwrite", false)
                        .fails(3002);
                w.box().post(name, "path", file + "/below", "content", "").fails(3008);
                w.box().post(name, "path", "/tmp", "content", "").fails(3009);
                w.box().post(name, "path", "/root/f", "content", "").fails(3004);
                w.box()
                        .post(name, "path", file, "content", "!", "encoding", "base64")
                        .fails(9004);
                w.box()
                        .post(name, "path", file, "content", "", "append", true, "overwrite", false)
                        .fails(9004);
                w.box().post(name, "path", file, "content", "", "mode", 4096).fails(9004);
            });
            statement(
                    "1.9: a body that is too large is 3007",
                    w -> w.box()
                            .caller()
                            .send("POST", name + "?path=" + w.path(), "application/octet-stream", new byte[7 << 20])
                            .fails(3007)
                            .has("/error/details/limit"));
        }
    }

    private void batches() {
        endpoint("POST /sandboxes/{id}/files/write-batch");
        statement(
                "1.9: a body that is too large is 3007",
                w -> w.box()
                        .post(
                                "/files/write-batch",
                                "files",
                                List.of(Map.of("path", w.path(), "content", "x".repeat(7 << 20))))
                        .fails(3007)
                        .has("/error/details/limit"));
        statement("2.10: results in the same order", w -> {
            var dir = w.path();
            w.box()
                    .post(
                            "/files/write-batch",
                            "files",
                            List.of(
                                    Map.of("path", dir + "/b", "content", "b"),
                                    Map.of("path", dir + "/a", "content", "aa")))
                    .is(200)
                    .has("/results/0/path", dir + "/b")
                    .has("/results/1/bytesWritten", 2);
        });
        statement("2.10: all or nothing, and the error names the index", w -> {
            var dir = w.path();
            w.box().write(dir + "/old", "");
            refused(w.box().caller(), dir, Map.of("path", "/tmp/none/f", "content", "", "createParents", false), 3001);
            refused(w.box().caller(), dir, Map.of("path", dir + "/old", "content", "", "overwrite", false), 3002);
            refused(w.box().caller(), dir, Map.of("path", dir + "/old/f", "content", ""), 3008);
            refused(w.box().caller(), dir, Map.of("path", "/tmp", "content", ""), 3009);
            w.box().get("/files/exists?path=" + dir + "/first").has("/exists", false);
        });
        statement(
                "2.10: paths are unique",
                w -> w.box()
                        .post(
                                "/files/write-batch",
                                "files",
                                List.of(
                                        Map.of("path", "/tmp/same", "content", ""),
                                        Map.of("path", "/tmp/same", "content", "")))
                        .fails(9004));
    }

    private static void refused(Caller caller, String dir, Map<String, Object> second, int code) {
        caller.post("/files/write-batch", "files", List.of(Map.of("path", dir + "/first", "content", ""), second))
                .fails(code)
                .has("/error/details/index", 1);
    }

    private void uploading() {
        endpoint("POST /sandboxes/{id}/files/upload");
        statement("2.2: bytes with the fields in the query", w -> {
            var file = w.path();
            w.box()
                    .caller()
                    .send("POST", "/files/upload?mode=0600&path=" + file, "application/octet-stream", "bytes")
                    .is(200)
                    .has("/bytesWritten", 5)
                    .has("/created", true);
            w.box().get("/files/stat?path=" + file).has("/mode", 384);
        });
        statement("2.2: a form; a path that ends in / gets the part's file name", w -> {
            var dir = w.path() + "/";
            w.box()
                    .caller()
                    .send("POST", "/files/upload", "multipart/form-data; boundary=edge", form(dir))
                    .is(200)
                    .has("/path", dir + "sent.txt");
            w.box().get("/files/read?path=" + dir + "sent.txt").has("/content", "in a form");
        });
        statement("2.2: the errors of a target that does not fit", w -> {
            var file = w.path();
            w.box().write(file, "");
            upload(w.box().caller(), "createParents=false&path=/tmp/none/f").fails(3001);
            upload(w.box().caller(), "overwrite=false&path=" + file).fails(3002);
            upload(w.box().caller(), "path=" + file + "/below").fails(3008);
            upload(w.box().caller(), "path=/tmp").fails(3009);
            upload(w.box().caller(), "path=relative").fails(3006);
            upload(w.box().caller(), "user=nobody-there&path=" + file).fails(3004);
        });
        statement(
                "1.9: a body that is too large is 3007",
                w -> w.box()
                        .caller()
                        .send("POST", "/files/upload?path=" + w.path(), "application/octet-stream", new byte[7 << 20])
                        .fails(3007));
    }

    private static String form(String path) {
        return """
            --edge\r
            Content-Disposition: form-data; name="path"\r
            \r
            %s\r
            --edge\r
            Content-Disposition: form-data; name="file"; filename="sent.txt"\r
            Content-Type: text/plain\r
            \r
            in a form\r
            --edge--\r
            """.formatted(path);
    }

    private static Answer upload(Caller caller, String query) {
        return caller.send("POST", "/files/upload?" + query, "application/octet-stream", "x");
    }

    private void byAddress() {
        endpoint("POST /sandboxes/{id}/files/upload-url");
        statement("2.10: whoever holds the address may PUT the bytes, once, without a credential", w -> {
            var file = w.path();
            var given = w.box()
                    .post("/files/upload-url", "path", file, "expiresIn", 60)
                    .is(201)
                    .has("/method", "PUT")
                    .has("/path", file)
                    .has("/expiresAt");
            Caller.bare("PUT", given.field("url"), "by address").fits("is taken", answer -> answer.status() < 300);
            w.box().get("/files/read?path=" + file).has("/content", "by address");
            Caller.bare("PUT", given.field("url"), "again").fits("is refused", answer -> answer.status() >= 400);
        });
        statement("2.10: 3002 for what is there with overwrite false", w -> {
            var file = w.path();
            w.box().write(file, "");
            w.box().post("/files/upload-url", "path", file, "overwrite", false).fails(3002);
            w.box()
                    .post("/files/upload-url", "path", file, "overwrite", false, "user", "nobody-there")
                    .fails(3004);
            w.box().post("/files/upload-url", "path", file, "expiresIn", 86_401).fails(9004);
        });
        endpoint("GET /sandboxes/{id}/files/download-url");
        statement("2.10: whoever holds the address may GET the bytes", w -> {
            var file = w.path();
            w.box().write(file, "to be had");
            var given = w.box().get("/files/download-url?path=" + file).is(200).has("/method", "GET");
            var had = Caller.bare("GET", given.field("url"), "");
            if (!had.text().equals("to be had")) {
                throw new Mismatch("the address has the file; " + had.shown());
            }
        });
        statement("2.10: nothing there is 3001, a directory 3009", w -> {
            w.box().get("/files/download-url?path=/tmp/not-there").fails(3001);
            w.box().get("/files/download-url?path=/tmp").fails(3009);
        });
    }
}
