package dev.elevo.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Looks at a repository, beside the same git run and timed inside the same sandbox by a shell, which is nobody's overhead. */
final class GitBenchmark implements Benchmark {
    private static final String REPOSITORY = "/home/user/big";
    private static final double SHARE = 1.25;
    private static final double EXTRA_MS = 10;

    /** 20 000 files in 200 directories, and 1000 commits. */
    private static final String MAKE = """
            git init -q -b main big && cd big && git config user.name b && git config user.email b@b && git config gc.auto 0
            for i in {1..200}; do mkdir d$i; for j in {1..100}; do echo $i $j > d$i/f$j; done; done
            git add . && git commit -qm all
            for i in {1..999}; do
                m="commit $i"; printf 'commit refs/heads/main\\ncommitter b <b@b> %d +0000\\ndata %d\\n%s\\n' $((1700000000 + i)) ${#m} "$m"
                [ $i != 1 ] || printf 'from refs/heads/main^0\\n'
                printf 'M 100644 inline n\\ndata 4\\n%04d\\n' $i
            done | git fast-import --quiet && git reset -q --hard && git gc -q && sleep 2 && touch .git/index && git status""";

    @Override
    public String name() {
        return "git";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var sandbox = OurSandbox.create(wire, "{}").path();
            shell(wire, sandbox, MAKE);
            return List.of(
                    line(
                            "git/status of 20 000 files",
                            () -> get(wire, sandbox + "/git/status?path=" + REPOSITORY, "\"clean\":true"),
                            () -> inside(wire, sandbox, "git status --porcelain=v2 -z --branch --untracked-files=all")),
                    line(
                            "git/log, a page of 100",
                            () -> get(wire, sandbox + "/git/log?limit=100&path=" + REPOSITORY, "\"limit\":100"),
                            () -> inside(wire, sandbox, "git log -100 --format=%H%P%an%ae%at%B")));
        }
    }

    private static Line line(String name, Latency.Timed ours, Latency.Timed peer) throws Exception {
        new Latency(ours).over(Contest.WARM_UP);
        var times = new Turns(8, 10, 10).take(ours, peer);
        var git = times.peers().median();
        return new Line.Beside(
                name,
                "git inside",
                "ms",
                times.ours().median(),
                git,
                Line.spread(times.ours()) + times.samples(),
                Target.atMost(SHARE * git + EXTRA_MS, git));
    }

    private static long get(Wire wire, String path, String expected) throws IOException {
        var start = System.nanoTime();
        var reply = wire.get(path);
        var nanos = System.nanoTime() - start;
        reply.expect(200);
        if (!reply.text().contains(expected)) {
            throw new WrongReply("without " + expected + ": " + reply.text());
        }
        return nanos;
    }

    /** The time of the command alone. */
    private static long inside(Wire wire, String sandbox, String command) throws IOException {
        var micros = shell(
                wire,
                sandbox,
                "cd big; s=$EPOCHREALTIME; GIT_OPTIONAL_LOCKS=0 " + command
                        + " >/dev/null; e=$EPOCHREALTIME; echo $((${e/./}-${s/./}))");
        return Long.parseLong(micros.strip()) * 1000;
    }

    private static String shell(Wire wire, String sandbox, String script) throws IOException {
        var reply = wire.post(
                sandbox + "/process/run",
                Json.write(Map.of("command", script, "shell", "/bin/bash", "cwd", "/home/user", "timeoutMs", 300_000)));
        var result = Json.object(reply.expect(200));
        if (!(result.get("exitCode") instanceof Number code) || code.intValue() != 0) {
            throw new WrongReply("the script failed: " + result);
        }
        return Json.text(result, "stdout");
    }
}
