package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Box;
import dev.elevo.conformance.dsl.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** 2.6, with a language server that the suite brings along: how the API speaks for one, not what one knows. */
final class Lsp extends Area {
    private static final String PROJECT = "/home/user/project";
    private static final Map<String, Integer> POSITION = Map.of("line", 0, "character", 1);
    private static final Map<String, Object> RANGE =
            Map.of("start", Map.of("line", 0, "character", 0), "end", Map.of("line", 0, "character", 5));

    /** What each query takes besides the path, and a word of the good answer. */
    private record Query(List<Object> fields, String pointer, Object value) {}

    private static final Map<String, Query> QUERIES = new LinkedHashMap<>();

    static {
        QUERIES.put("hover", new Query(List.of("position", POSITION), "/hover/contents", "**greet**"));
        QUERIES.put("definition", new Query(List.of("position", POSITION), "/locations/0/range", RANGE));
        QUERIES.put("references", new Query(List.of("position", POSITION), "/locations/0/range", RANGE));
        QUERIES.put("completion", new Query(List.of("position", POSITION), "/items/0/label", "greet"));
        QUERIES.put(
                "signatureHelp",
                new Query(List.of("position", POSITION), "/signatureHelp/signatures/0/label", "greet(name)"));
        QUERIES.put("symbols/document", new Query(List.of(), "/symbols/0/kindName", "Function"));
        QUERIES.put("diagnostics", new Query(List.of(), "/diagnostics/0/severityName", "Warning"));
        QUERIES.put(
                "rename",
                new Query(
                        List.of("position", POSITION, "newName", "after"),
                        "/changes/file:~1~1~1home~1user~1project~1good.py/0/newText",
                        "after"));
        QUERIES.put("codeAction", new Query(List.of("range", RANGE), "/actions/0/title", "mend"));
        QUERIES.put("format", new Query(List.of(), "/edits/0/newText", "after"));
    }

    Lsp() {
        super("lsp");
        servers();
        queries();
        workspace();
        documents();
    }

    /** The sandbox of this area, with the server in it and a project. */
    private static Box equipped(World w) {
        return w.boxed(w.lab().lasting("lsp", Lsp::equip, "autoStopMinutes", 0));
    }

    private static void equip(Box box) {
        Python.require(box, "the server of the suite");
        box.write("/home/user/.local/bin/pyright-langserver", program())
                .run("chmod 755 ~/.local/bin/pyright-langserver");
        for (var name : List.of("good", "refuse", "silent", "crash")) {
            box.write(PROJECT + "/" + name + ".py", "greet\n");
        }
    }

    private static String program() {
        try (var script = Lsp.class.getResourceAsStream("language-server.py")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer start(Box box, String project) {
        return box.post(
                "/lsp/servers", "language", "python", "projectPath", project, "settings", Map.of("server", "pyright"));
    }

    private static String server(Box box) {
        return start(box, PROJECT).is(200, 201).field("id");
    }

    private static Answer ask(Box box, String query, String server, String file) {
        var fields = Stream.concat(
                        Stream.of("path", file, "serverId", server),
                        Objects.requireNonNull(QUERIES.get(query)).fields().stream())
                .toArray();
        return box.post("/lsp/" + query, fields);
    }

    private void servers() {
        endpoint("POST /sandboxes/{id}/lsp/servers");
        statement("2.6: 201 with the server, then 200 with the same", w -> {
            var box = equipped(w);
            box.run("mkdir -p ~/second");
            var made = start(box, "/home/user/second")
                    .is(201)
                    .has("/language", "python")
                    .has("/projectPath", "/home/user/second")
                    .has("/serverName")
                    .has("/running", true)
                    .has("/createdAt");
            start(box, "/home/user/second").is(200).has("/id", made.field("id"));
            box.delete("/lsp/servers/" + made.field("id")).is(204);
        });
        statement("2.6: a project that is not there is 3001, a file 3008, one that may not be entered 3004", w -> {
            var box = equipped(w);
            start(box, "/tmp/not-there").fails(3001);
            start(box, "/etc/hosts").fails(3008);
            start(box, "/root/x").fails(3004);
        });
        statement("2.6: a server that does not start is 6003 with its reason", w -> {
            var box = w.own();
            box.write("/home/user/.local/bin/rust-analyzer", "#!/bin/sh\nexit 1\n")
                    .run("chmod 755 ~/.local/bin/rust-analyzer; mkdir -p ~/p");
            box.post("/lsp/servers", "language", "rust", "projectPath", "/home/user/p")
                    .fails(6003)
                    .has("/error/details/reason");
        });
        statement(
                "2.6: a language that is not offered is 6005",
                w -> w.box()
                        .post("/lsp/servers", "language", "cobol", "projectPath", "/tmp")
                        .fails(6005));
        statement("1.9: the sixth is 9006", w -> {
            var box = w.own();
            equip(box);
            box.run("mkdir -p ~/p1 ~/p2 ~/p3 ~/p4 ~/p5 ~/p6");
            for (var i = 1; i <= 5; i++) {
                start(box, "/home/user/p" + i).is(201);
            }
            start(box, "/home/user/p6").fails(9006).has("/error/details/limit", 5);
        });
        endpoint("GET /sandboxes/{id}/lsp/servers");
        statement("2.6: a page of them", w -> {
            var server = server(equipped(w));
            equipped(w).get("/lsp/servers").is(200).among("/data", "id", server).has("/pagination/total");
        });
        endpoint("GET /sandboxes/{id}/lsp/servers/{serverId}");
        statement(
                "2.10: one of them",
                w -> equipped(w)
                        .get("/lsp/servers/" + server(equipped(w)))
                        .is(200)
                        .has("/projectPath", PROJECT)
                        .has("/lastActivityAt"));
        endpoint("DELETE /sandboxes/{id}/lsp/servers/{serverId}");
        statement("2.6: 204, and it is gone", w -> {
            var box = equipped(w);
            box.run("mkdir -p ~/third");
            var server = start(box, "/home/user/third").is(200, 201).field("id");
            box.delete("/lsp/servers/" + server).is(204);
            box.get("/lsp/servers/" + server).fails(6001);
            box.delete("/lsp/servers/" + server).fails(6001);
        });
    }

    private void queries() {
        QUERIES.forEach((name, query) -> {
            endpoint("POST /sandboxes/{id}/lsp/" + name);
            statement("2.6: the server's answer in our shape", w -> {
                var box = equipped(w);
                ask(box, name, server(box), PROJECT + "/good.py").is(200).has(query.pointer(), query.value());
            });
            statement("2.6: a file that is not there is 3001, one that may not be read 3004", w -> {
                var box = equipped(w);
                ask(box, name, server(box), PROJECT + "/none.py").fails(3001);
                ask(box, name, server(box), "/root/x.py").fails(3004);
            });
            statement(
                    "2.6: a server that dies is 6002",
                    w -> ask(crashing(w), name, crashingServer(w), PROJECT + "/crash.py")
                            .fails(6002)
                            .has("/error/details/reason"));
            if (!name.equals("diagnostics")) {
                statement("2.6: a server that answers with an error is 6004", w -> {
                    var box = equipped(w);
                    ask(box, name, server(box), PROJECT + "/refuse.py").fails(6004);
                });
            }
        });
        shapes();
        endpoint("POST /sandboxes/{id}/lsp/hover");
        statement("2.6: without serverId, that of the closest project around the file", w -> {
            var box = equipped(w);
            server(box);
            box.post("/lsp/hover", "path", PROJECT + "/good.py", "position", POSITION)
                    .is(200)
                    .has("/hover/range", RANGE);
        });
        statement("1.9: a server that does not answer in time is 6006", w -> {
            var box = equipped(w);
            ask(box, "hover", server(box), PROJECT + "/silent.py").fails(6006);
        });
    }

    /** What the server said as numbers is told with the names of 3.8, and a file by its address. */
    private void shapes() {
        endpoint("POST /sandboxes/{id}/lsp/symbols/document");
        statement("3.8: a symbol has its kind, the name of it, and a location", w -> {
            var box = equipped(w);
            ask(box, "symbols/document", server(box), PROJECT + "/good.py")
                    .is(200)
                    .has("/symbols/0/kind", 12)
                    .has("/symbols/0/kindName", "Function")
                    .has("/symbols/0/location/uri", "file://" + PROJECT + "/good.py")
                    .has("/symbols/0/location/range", RANGE);
        });
        endpoint("POST /sandboxes/{id}/lsp/completion");
        statement("3.8: a completion has its kind, the name of it, and what is inserted", w -> {
            var box = equipped(w);
            ask(box, "completion", server(box), PROJECT + "/good.py")
                    .is(200)
                    .has("/isIncomplete", false)
                    .has("/items/0/kind", 3)
                    .has("/items/0/kindName", "Function")
                    .has("/items/0/insertText", "greet");
        });
        endpoint("POST /sandboxes/{id}/lsp/diagnostics");
        statement("3.8: a diagnostic has its severity, the name of it, and where it is", w -> {
            var box = equipped(w);
            ask(box, "diagnostics", server(box), PROJECT + "/good.py")
                    .is(200)
                    .has("/diagnostics/0/range", RANGE)
                    .has("/diagnostics/0/severity", 2)
                    .has("/diagnostics/0/severityName", "Warning")
                    .has("/diagnostics/0/source", "conformance")
                    .has("/diagnostics/0/code", "C1");
        });
    }

    private static Box crashing(World w) {
        return w.boxed(w.lab().lasting("lsp-crashing", Lsp::equip, "autoStopMinutes", 0));
    }

    /** It is not started while it has only just died; its id stays. */
    private static String crashingServer(World w) {
        var box = crashing(w);
        w.lab().once("lsp-crashing-server", () -> start(box, PROJECT).is(201));
        return box.get("/lsp/servers").at("/data/0/id").asText();
    }

    private void workspace() {
        endpoint("POST /sandboxes/{id}/lsp/symbols/workspace");
        statement("2.6: symbols of all servers, flat; kinds and limit", w -> {
            var box = equipped(w);
            server(box);
            box.post("/lsp/symbols/workspace", "query", "")
                    .is(200)
                    .has("/symbols/0/name", "greet")
                    .has("/symbols/0/kind", 12);
            box.post("/lsp/symbols/workspace", "query", "", "kinds", List.of(5)).counts("/symbols", 0);
        });
        statement("2.6: 6001, 6002 and 6004", w -> {
            var box = equipped(w);
            box.post("/lsp/symbols/workspace", "query", "", "serverId", "lsp-000000000000")
                    .fails(6001);
            box.post("/lsp/symbols/workspace", "query", "refuse", "serverId", server(box))
                    .fails(6004);
            crashing(w)
                    .post("/lsp/symbols/workspace", "query", "crash", "serverId", crashingServer(w))
                    .fails(6002);
        });
    }

    private void documents() {
        var change = List.of(Map.of("text", "other\n"));
        endpoint("POST /sandboxes/{id}/lsp/servers/{serverId}/didOpen");
        statement("2.10: a file is opened with other content, changed, and closed", w -> {
            var box = equipped(w);
            var at = "/lsp/servers/" + server(box);
            box.write(PROJECT + "/opened.py", "greet\n");
            box.post(at + "/didOpen", "path", PROJECT + "/opened.py", "content", "unsaved\n")
                    .is(200)
                    .has("/success", true);
            box.post(
                            at + "/didChange",
                            "path",
                            PROJECT + "/opened.py",
                            "changes",
                            List.of(Map.of("range", RANGE, "text", "again")),
                            "version",
                            7)
                    .is(200)
                    .has("/version", 7);
            box.post(at + "/didClose", "path", PROJECT + "/opened.py").is(200);
            box.post(at + "/didClose", "path", PROJECT + "/opened.py").is(200);
        });
        for (var call : Map.of("didOpen", List.of(), "didChange", List.of("changes", change))
                .entrySet()) {
            endpoint("POST /sandboxes/{id}/lsp/servers/{serverId}/" + call.getKey());
            statement("2.10: " + call.getKey() + " of a server that died is 6002", w -> {
                var box = crashing(w);
                var at = "/lsp/servers/" + crashingServer(w) + "/" + call.getKey();
                w.eventually("6002", () -> {
                    ask(box, "hover", crashingServer(w), PROJECT + "/crash.py").fails(6002);
                    return box.post(at, with(PROJECT + "/good.py", call.getValue()))
                                    .code()
                            == 6002;
                });
            });
        }
        for (var call : Map.of("didOpen", List.of(), "didClose", List.of(), "didChange", List.of("changes", change))
                .entrySet()) {
            endpoint("POST /sandboxes/{id}/lsp/servers/{serverId}/" + call.getKey());
            statement(
                    "2.6: a relative path is 3006",
                    w -> equipped(w)
                            .post(
                                    "/lsp/servers/" + server(equipped(w)) + "/" + call.getKey(),
                                    with("relative", call.getValue()))
                            .fails(3006));
        }
        endpoint("POST /sandboxes/{id}/lsp/servers/{serverId}/didOpen");
        statement("2.10: a file that is not there is 3001, one that may not be read 3004", w -> {
            var at = "/lsp/servers/" + server(equipped(w)) + "/didOpen";
            equipped(w).post(at, "path", PROJECT + "/none.py").fails(3001);
            equipped(w).post(at, "path", "/root/x.py").fails(3004);
        });
        endpoint("POST /sandboxes/{id}/lsp/servers/{serverId}/didChange");
        statement("2.10: a part of a file that was not opened is 6004 with not_open", w -> {
            var box = equipped(w);
            box.post(
                            "/lsp/servers/" + server(box) + "/didChange",
                            "path",
                            PROJECT + "/good.py",
                            "changes",
                            List.of(Map.of("range", RANGE, "text", "x")))
                    .fails(6004)
                    .reason("not_open");
        });
    }

    private static Object[] with(String path, List<?> more) {
        return Stream.concat(Stream.of("path", path), more.stream()).toArray();
    }
}
