package dev.elevo.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A word in 50 000 files that are in the page cache, found by {@code files/grep} in a sandbox over HTTP, against ripgrep on the same
 * files on the host, with its own start.
 */
final class Grep implements Benchmark {
    private static final int FILES = 50_000;
    private static final int SPREAD = 997;
    private static final String NEEDLE = "NeedleInTheHay";
    private static final String ALTERNATION = "(Needle|Pin|Thorn)InTheHay";
    private static final String TREE = "/home/user/tree";
    private static final Duration PLANTING = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "grep";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name())) {
            var peer = new RipgrepPeer(scratch);
            try (var wire = new LocalRun(scratch).connect()) {
                var sandbox = OurSandbox.create(wire, "{\"resources\":{\"disk\":2,\"memoryMB\":2048,\"cpu\":2}}");
                plant(sandbox);
                peer.plant(plantScript(), PLANTING);
                var lines = List.of(
                        contest("files/grep, a word in 50 000 files", NEEDLE, sandbox, peer),
                        contest("files/grep, one of three words in 50 000 files", ALTERNATION, sandbox, peer));
                sandbox.delete();
                return lines;
            }
        }
    }

    private static Line contest(String name, String pattern, OurSandbox sandbox, RipgrepPeer peer) throws Exception {
        return new Contest(
                        name,
                        "ripgrep",
                        "ms",
                        Target.atMost(1.5, 1),
                        new Latency(() -> grep(sandbox, pattern)),
                        new Latency(() -> peer.grep(pattern, expected())))
                .run();
    }

    private static int expected() {
        return (FILES + SPREAD - 1) / SPREAD;
    }

    private static void plant(OurSandbox sandbox) throws IOException {
        var body = "{\"waitMs\":25000,\"timeoutMs\":300000,\"command\":"
                + Json.write("cd /home/user && " + plantScript()) + "}";
        var reply = sandbox.wire().post(sandbox.path() + "/process/run", body);
        while (reply.status() == 202) {
            var pid = Json.object(reply).get("pid");
            reply = sandbox.wire().get(sandbox.path() + "/process/" + pid + "/result");
        }
        if (!(Json.object(reply.expect(200)).get("exitCode") instanceof Number code) || code.intValue() != 0) {
            throw new WrongReply("the files could not be made: " + reply);
        }
    }

    /** The same on both sides: a thousand directories of fifty files of some kilobytes, with few lines to be found. */
    private static String plantScript() {
        var random = new Random(1);
        var words = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            random.ints(2 + random.nextInt(8), 'a', 'z' + 1).forEach(letter -> words.append((char) letter));
            words.append(i % 9 == 8 ? '\n' : ' ');
        }
        // By the shell itself: a program for each file would take minutes.
        return "mkdir tree && cd tree && text='" + words + "' && n=0; for d in $(seq 1000); do mkdir d$d; "
                + "for f in $(seq 50); do printf '%s' \"$text\" > d$d/f$f.txt; if [ $((n % " + SPREAD
                + ")) = 0 ]; then echo 'a " + NEEDLE
                + " here' >> d$d/f$f.txt; fi; n=$((n+1)); done; done";
    }

    private static long grep(OurSandbox sandbox, String pattern) throws IOException {
        var start = System.nanoTime();
        var reply = sandbox.wire()
                .post(
                        sandbox.path() + "/files/grep",
                        "{\"path\":\"" + TREE + "\",\"pattern\":\"" + pattern + "\",\"limit\":10000}");
        var nanos = System.nanoTime() - start;
        if (!(Json.object(reply.expect(200)).get("total") instanceof Number total) || total.intValue() != expected()) {
            throw new WrongReply("not " + expected() + " lines: " + reply);
        }
        return nanos;
    }
}
