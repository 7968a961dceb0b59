package dev.elevo.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Our side: {@code ./elevo up} on a home of its own, with limits so high that they do not refuse what the benchmark asks. They
 * are still decided on every request.
 */
final class LocalRun {
    static final String KEY = "ewk_" + "bench".repeat(8) + "key";

    private static final int ALWAYS_READY = 8;

    /** In which one more would be made or removed. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final int SAME_LOOKS = 3;
    private static final Duration REST_PATIENCE = Duration.ofMinutes(2);

    private final Path home;
    private final Process process;
    private final InetSocketAddress address;
    private final double readySeconds;

    LocalRun(Scratch scratch) throws IOException, InterruptedException {
        this(scratch, Map.of());
    }

    LocalRun(Scratch scratch, Map<String, String> options) throws IOException, InterruptedException {
        home = scratch.folder().resolve("home");
        var environment =
                new HashMap<>(Map.of("ELEVO_HOME", home.toString(), "ELEVO_PORT", "0", "ELEVO_ADMIN_KEY", KEY));
        for (var name : List.of("READ", "WRITE", "EXEC", "SANDBOX_CREATE", "UPLOAD")) {
            environment.put("ELEVO_LIMIT_" + name, "1000000");
        }
        environment.putAll(options);
        var start = System.nanoTime();
        process = scratch.start(
                "elevo", environment, List.of(repository().resolve("elevo").toString(), "up"));
        var ready = home.resolve("ready.json");
        scratch.await("elevo", Duration.ofMinutes(3), () -> Files.exists(ready));
        readySeconds = (System.nanoTime() - start) / 1e9;
        var url = URI.create(Json.text(Json.object(Files.readString(ready)), "url"));
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort());
    }

    /** A connection of its own, with the admin key. */
    Wire connect() {
        return new Wire(address, Map.of("X-API-Key", KEY));
    }

    /** Where all of its state is. */
    Path home() {
        return home;
    }

    int port() {
        return address.getPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + address.getPort() + path;
    }

    double readySeconds() {
        return readySeconds;
    }

    /** Megabytes resident in all processes of the run, those in sandboxes not counted. */
    double residentMegabytes() throws IOException {
        long kilobytes = 0;
        for (var pid : family()) {
            kilobytes += ProcessFiles.kilobytes(pid, "status", "VmRSS");
        }
        return kilobytes / 1024.0;
    }

    /** What all processes of the run have computed, and the first ones of its sandboxes. */
    long cpuNanos() throws IOException {
        var helpers = helpers();
        long nanos = 0;
        for (var pid : helpers) {
            nanos += ProcessFiles.nanos(pid);
        }
        for (var pid : family()) {
            nanos += helpers.contains(pid) ? 0 : ProcessFiles.familyNanos(pid);
        }
        return nanos;
    }

    /** The first processes of all sandboxes, those made ahead of need among them. */
    List<Long> helpers() throws IOException {
        var helpers = new ArrayList<Long>();
        try (var slots = Files.newDirectoryStream(home.resolve("agent/slots"))) {
            for (var slot : slots) {
                helpers.add(Long.parseLong(
                        Files.readString(slot.resolve("pid")).strip().split("\\s")[0]));
            }
        }
        return helpers;
    }

    /** Until as many sandboxes stand ready as shall, at least those that always do, and none is on its way out. */
    void awaitRest() throws IOException, InterruptedException {
        var until = System.nanoTime() + REST_PATIENCE.toNanos();
        long before = -1;
        for (int looks = 0; looks < SAME_LOOKS; ) {
            if (System.nanoTime() > until) {
                throw new IOException("no rest: " + before + " sandboxes, or " + slots());
            }
            var now = slots();
            looks = now == before && now >= ALWAYS_READY ? looks + 1 : 0;
            before = now;
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    private long slots() throws IOException {
        try (var slots = Files.list(home.resolve("agent/slots"))) {
            return slots.count();
        }
    }

    /** All JVMs of the run. */
    List<Long> javas() throws IOException {
        var javas = new ArrayList<Long>();
        for (var pid : family()) {
            if (ProcessFiles.isJava(pid)) {
                javas.add(pid);
            }
        }
        return javas;
    }

    long gateway() throws IOException {
        var pid = Json.object(Files.readString(home.resolve("ready.json"))).get("pid");
        if (pid instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("no gateway: " + pid);
    }

    long agent() throws IOException {
        var note = Files.readString(home.resolve("agent.pid"));
        return note.lines()
                .filter(line -> line.startsWith("pid="))
                .mapToLong(line -> Long.parseLong(line.substring("pid=".length())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no agent: " + note));
    }

    private List<Long> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** The benchmark is run from the root of the repository, or from its own folder by Maven. */
    static Path repository() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("elevo"))) {
                return folder;
            }
        }
        throw new IllegalStateException("not inside the repository");
    }
}
