package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What our way to a language server adds to pyright, over HTTP and inside a sandbox, beside pyright over its standard streams. */
final class Lsp implements Benchmark {
    private static final int BLOCKS = 10;
    private static final int FIRSTS = 5;
    private static final int LINES = 1000;
    private static final Duration STRETCH = Duration.ofMillis(500);
    private static final String DIRECTORY = "/home/user/project";
    private static final Map<String, Integer> CALL = Map.of("line", 5, "character", 9);
    private static final Map<String, Integer> HALF = Map.of("line", 6, "character", 9);

    private static final String SMALL = """
        def greet(name: str) -> str:
            \"""Says hello.\"""
            return "hello " + name


        value = greet("x")
        value.upp
        """;

    @Override
    public String name() {
        return "lsp";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var project = Files.createDirectories(scratch.folder().resolve("project"));
            Files.writeString(project.resolve("main.py"), SMALL);
            var lines = new ArrayList<Line>();
            var sandbox = sandbox(wire);
            start(sandbox);
            try (var peer = new LspPeer(project)) {
                var uri = project.resolve("main.py").toUri().toString();
                peer.open(uri, SMALL);
                var queries = List.of(
                        query(sandbox, peer, uri, "hover", CALL, "Says hello"),
                        query(sandbox, peer, uri, "definition", CALL, "\"line\":0"),
                        query(sandbox, peer, uri, "completion", HALF, "upper"));
                // All of them before the first is measured: they go the same way, which so is as warm for each.
                for (var query : queries) {
                    query.ours().over(Contest.WARM_UP);
                    query.direct().over(Contest.WARM_UP);
                }
                for (var query : queries) {
                    lines.add(query.line(BLOCKS, Target.atMost(5, 3)));
                }
                lines.add(diagnostics(sandbox, peer, project));
            }
            sandbox.delete();
            lines.add(first(wire, project));
            return lines;
        }
    }

    private static OurSandbox sandbox(Wire wire) throws IOException {
        var sandbox = OurSandbox.create(wire, "{\"resources\":{\"cpu\":2,\"memoryMB\":2048}}");
        write(sandbox, "main.py", SMALL);
        return sandbox;
    }

    private static void write(OurSandbox sandbox, String name, String text) throws IOException {
        var body = Json.write(Map.of("path", DIRECTORY + "/" + name, "content", text));
        sandbox.wire().post(sandbox.path() + "/files/write", body).expect(200);
    }

    private static void start(OurSandbox sandbox) throws IOException {
        var body = Json.write(Map.of("language", "python", "projectPath", DIRECTORY));
        sandbox.wire().post(sandbox.path() + "/lsp/servers", body).expect(201);
    }

    private static Difference query(
            OurSandbox sandbox, LspPeer peer, String uri, String what, Map<String, Integer> at, String mustHave) {
        var ours = new Latency(() -> timed(() -> ask(sandbox, what, "main.py", at), mustHave));
        var direct = new Latency(() -> timed(
                () -> peer.ask("textDocument/" + what, Map.of("textDocument", Map.of("uri", uri), "position", at)),
                mustHave));
        return new Difference("lsp/" + what + ", added to pyright's own", ours, direct);
    }

    /** The medians of ours and of pyright's own, in turns. */
    private record Difference(String name, Measure ours, Measure direct) {
        Line line(int blocks, Target target) throws Exception {
            var samples = new ArrayList<Double>();
            for (int i = 0; i < blocks; i++) {
                var peer = direct.over(STRETCH);
                samples.add(ours.over(STRETCH) - peer);
            }
            var found = Quantiles.of(samples);
            return new Line.Plain(name, "ms", found.median(), found.at(0.1), found.at(0.9), target);
        }
    }

    private static String ask(OurSandbox sandbox, String what, String file, Map<String, Integer> at)
            throws IOException {
        var body = Json.write(Map.of("path", DIRECTORY + "/" + file, "position", at));
        return sandbox.wire()
                .post(sandbox.path() + "/lsp/" + what, body)
                .expect(200)
                .text();
    }

    private interface Question {
        String answer() throws IOException;
    }

    private static long timed(Question question, String mustHave) throws IOException {
        var start = System.nanoTime();
        var answer = question.answer();
        var nanos = System.nanoTime() - start;
        if (!answer.contains(mustHave)) {
            throw new WrongReply("no " + mustHave + " in " + answer);
        }
        return nanos;
    }

    /**
     * A file that the server has never seen, with a mistake in its last line. Both servers hear that there is a new file when they have
     * answered: an editor and we tell it, so that files that need this one know it.
     */
    private static Line diagnostics(OurSandbox sandbox, LspPeer peer, Path project) throws Exception {
        var count = new int[2];
        var ours = new Latency(() -> {
            var name = "big" + count[0]++ + ".py";
            write(sandbox, name, big(name));
            var body = Json.write(Map.of("path", DIRECTORY + "/" + name));
            return timed(
                    () -> sandbox.wire()
                            .post(sandbox.path() + "/lsp/diagnostics", body)
                            .expect(200)
                            .text(),
                    "missing");
        });
        var direct = new Latency(() -> {
            var file = project.resolve("big" + count[1]++ + ".py");
            var text = big(file.getFileName().toString());
            Files.writeString(file, text);
            var uri = file.toUri().toString();
            var nanos = timed(
                    () -> {
                        peer.open(uri, text);
                        return peer.ask("textDocument/diagnostic", Map.of("textDocument", Map.of("uri", uri)));
                    },
                    "missing");
            peer.created(uri);
            peer.close(uri);
            return nanos;
        });
        return new Contest(
                        "lsp/diagnostics of " + LINES + " lines",
                        "pyright over stdio",
                        "ms",
                        Target.atMost(1, 1),
                        ours,
                        direct)
                .run();
    }

    private static String big(String name) {
        return IntStream.range(0, LINES / 4)
                        .mapToObj(i -> "def f" + i + "(a: int, b: str) -> str:\n    c = a + " + i
                                + "\n    return b + str(c)\n\n")
                        .collect(Collectors.joining())
                + "print(missing, '" + name + "')\n";
    }

    /** From nothing: a server is started, and asked at once. */
    private static Line first(Wire wire, Path project) throws Exception {
        var ours = new Once(() -> {
            var sandbox = sandbox(wire);
            var nanos = timed(
                    () -> {
                        start(sandbox);
                        return ask(sandbox, "hover", "main.py", CALL);
                    },
                    "Says hello");
            sandbox.delete();
            return nanos;
        });
        var uri = project.resolve("main.py").toUri().toString();
        var direct = new Once(() -> {
            var peers = new ArrayList<LspPeer>();
            var nanos = timed(
                    () -> {
                        var peer = new LspPeer(project);
                        peers.add(peer);
                        peer.open(uri, SMALL);
                        return peer.ask(
                                "textDocument/hover", Map.of("textDocument", Map.of("uri", uri), "position", CALL));
                    },
                    "Says hello");
            peers.getFirst().close();
            return nanos;
        });
        return new Difference("first hover in a fresh sandbox, added to pyright's own start", ours, direct)
                .line(FIRSTS, Target.atMost(300, 150));
    }
}
