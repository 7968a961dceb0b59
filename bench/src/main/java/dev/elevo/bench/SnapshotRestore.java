package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A sandbox with a gigabyte in 20 000 files becomes a snapshot, which stores what it has not yet, and then a sandbox again, each beside
 * tar and zstd with the same files on the same disk.
 */
final class SnapshotRestore implements Benchmark {
    private static final int ROUNDS = 3;
    private static final double SHARE = 1.2;
    private static final double AIM = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double MEGABYTE = 1e6;

    /** A quarter of it is for the compression to find. */
    private static final String MAKE = """
        mkdir tree && cd tree && for d in $(seq 100); do
            mkdir $d && (cd $d && base64 -w 0 /dev/urandom | head -c 10000000 | split -b 50000 -a 3 - f)
        done; sync -f .\
        """;

    /** From what is stored: for a disk of that size nothing lies ready. */
    private static final String COLD = "{\"snapshot\":\"first\",\"resources\":{\"disk\":11}}";

    private static final String CHANGE = """
        cd tree && for d in $(seq 100); do head -c 100000 /dev/urandom > $d/faaa; done; sync -f .\
        """;

    /** Writes all the time, and keeps the longest that it had to wait for that, in µs. */
    private static final String BEAT = """
        mkfifo idle && exec 9<> idle && (
            longest=0
            until [ -e stop ]; do
                begun=${EPOCHREALTIME/./}; echo x > beat; took=$((${EPOCHREALTIME/./} - begun))
                [ $took -le $longest ] || longest=$took
                read -rt 0.001 -u 9
            done
            echo $longest > longest.new && mv longest.new longest
        ) > /dev/null 2>&1 &
        until [ -e beat ]; do sleep 0.01; done\
        """;

    private static final String END_OF_BEAT = """
        touch stop; until [ -e longest ]; do sleep 0.01; done; cat longest; rm -f idle stop beat longest\
        """;

    @Override
    public String name() {
        return "snapshot";
    }

    /** Seconds of each round. */
    private record Times(List<Double> ours, List<Double> peers) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        Line line(String name, String peerName) {
            var ratios = new ArrayList<Double>();
            for (int i = 0; i < ours.size(); i++) {
                ratios.add(ours.get(i) / peers.get(i));
            }
            var spread = Quantiles.of(ratios);
            return new Line.Ratio(
                    name,
                    peerName,
                    "s",
                    Quantiles.of(ours).median(),
                    Quantiles.of(peers).median(),
                    spread.median(),
                    spread.at(0.1),
                    spread.at(0.9),
                    ratios.size(),
                    0,
                    Target.atMost(SHARE, AIM));
        }
    }

    @Override
    public List<Line> run() throws Exception {
        var first = new Times();
        var restore = new Times();
        var second = new ArrayList<Double>();
        var stored = new ArrayList<Double>();
        var still = new ArrayList<Double>();
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            for (int round = 0; round < ROUNDS; round++) {
                var source = OurSandbox.create(wire, "{}");
                shell(wire, source, MAKE);
                peers(scratch, first, restore);
                first.ours().add(seconds(() -> source.snapshot("first")));
                shell(wire, source, CHANGE);
                var before = stored(scratch);
                second.add(100
                        * seconds(() -> source.snapshot("second"))
                        / first.ours().getLast());
                stored.add((stored(scratch) - before) / MEGABYTE);
                still.add(stillness(wire, source));
                source.delete();
                restore.ours().add(seconds(() -> OurSandbox.create(wire, COLD)));
                clean(wire);
            }
        }
        return List.of(
                first.line("snapshot of 1 GB in 20 000 files", "tar | zstd -3 -T2"),
                plain("the next one, after a change of 10 MB", "% of the first", second, Target.atMost(10, 5)),
                plain("what it stores", "MB", stored, Target.atMost(20, 12)),
                plain("how long who writes stands still", "ms", still, Target.atMost(100, 20)),
                restore.line("a sandbox of that snapshot", "zstd -d | tar x"));
    }

    private static Line plain(String name, String unit, List<Double> samples, Target target) {
        var quantiles = Quantiles.of(samples);
        return new Line.Plain(name, unit, quantiles.median(), quantiles.at(0.1), quantiles.at(0.9), target);
    }

    private interface Act {
        void run() throws Exception;
    }

    private static double seconds(Act act) throws Exception {
        var start = System.nanoTime();
        act.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Until what they have written is safe, as what we have written is. */
    private static void peers(Scratch scratch, Times first, Times restore) throws Exception {
        scratch.run(PATIENCE, List.of("bash", "-c", MAKE));
        first.peers()
                .add(seconds(() -> scratch.run(
                        PATIENCE, List.of("bash", "-c", "tar c tree | zstd -3 -T2 -q > tree.zst && sync tree.zst"))));
        scratch.run(PATIENCE, List.of("rm", "-r", "tree"));
        restore.peers()
                .add(seconds(() ->
                        scratch.run(PATIENCE, List.of("bash", "-c", "zstd -dcq tree.zst | tar x && sync -f tree"))));
        scratch.run(PATIENCE, List.of("rm", "-r", "tree", "tree.zst"));
    }

    private static double stillness(Wire wire, OurSandbox source) throws IOException, InterruptedException {
        shell(wire, source, CHANGE);
        shell(wire, source, BEAT);
        source.snapshot("third");
        return Double.parseDouble(shell(wire, source, END_OF_BEAT).strip()) / 1000;
    }

    private static void clean(Wire wire) throws IOException {
        for (var sandbox : Json.objects(Json.object(wire.get(OurSandbox.ALL).expect(200)), "data")) {
            wire.delete(OurSandbox.ALL + "/" + Json.text(sandbox, "id") + "?force=true")
                    .expect(204);
        }
        wire.delete(OurSandbox.SNAPSHOTS + "/first").expect(204);
        wire.delete(OurSandbox.SNAPSHOTS + "/second").expect(204);
        wire.delete(OurSandbox.SNAPSHOTS + "/third").expect(204);
    }

    private static double stored(Scratch scratch) throws IOException {
        try (var blobs = Files.walk(scratch.folder().resolve("home/blobs"))) {
            return blobs.filter(Files::isRegularFile)
                    .mapToLong(SnapshotRestore::size)
                    .sum();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    private static String shell(Wire wire, OurSandbox sandbox, String script) throws IOException {
        var reply = wire.post(
                sandbox.path() + "/process/run",
                Json.write(Map.of("command", script, "shell", "/bin/bash", "cwd", "/home/user", "timeoutMs", 300_000)));
        var result = Json.object(reply.expect(200));
        if (!(result.get("exitCode") instanceof Number code) || code.intValue() != 0) {
            throw new WrongReply("the script failed: " + result);
        }
        return Json.text(result, "stdout");
    }
}
