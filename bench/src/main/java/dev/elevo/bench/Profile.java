package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time of a request goes: what each JVM of the run computes for it, and whose code the gateway's share is. Printed to be
 * read, not judged: what is found by it ends in a bound of a benchmark.
 */
final class Profile {
    static final String NAME = "profile";

    private static final int WARM_UPS = 300;
    private static final int REQUESTS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String SETTINGS = """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.ExecutionSample">
                <setting name="enabled">true</setting>
                <setting name="period">5 ms</setting>
              </event>
            </configuration>
            """;

    /** Whose a sample is tells the innermost of its frames that is in here: what the JDK does, it does for whoever calls it. */
    private static final SequencedMap<String, String> OWNERS = new LinkedHashMap<>();

    static {
        OWNERS.put("software.amazon.awssdk.", "client of DynamoDB");
        OWNERS.put("org.apache.http.", "client of DynamoDB");
        OWNERS.put("jdk.internal.net.http.", "client of the agent");
        OWNERS.put("io.micronaut.", "Micronaut");
        OWNERS.put("io.netty.", "Netty");
        OWNERS.put("ch.qos.logback.", "log");
        OWNERS.put("dev.elevo.", "ours");
    }

    private static final String NOBODY = "the JVM itself";

    private final Scratch scratch;
    private final LocalRun run;

    private Profile(Scratch scratch, LocalRun run) {
        this.scratch = scratch;
        this.run = run;
    }

    @FunctionalInterface
    private interface Request {
        void send() throws IOException;
    }

    static void print() throws IOException, InterruptedException {
        try (var scratch = new Scratch(NAME)) {
            var run = new LocalRun(scratch);
            try (var wire = run.connect()) {
                var profile = new Profile(scratch, run);
                var sandbox = OurSandbox.create(wire, "{}");
                profile.print("GET of a sandbox", () -> wire.get(sandbox.path()).expect(200));
                profile.print(
                        "files/stat",
                        () -> wire.get(sandbox.path() + "/files/stat?path=/etc/passwd")
                                .expect(200));
                profile.print(
                        "process/run of /bin/true",
                        () -> wire.post(sandbox.path() + "/process/run", "{\"command\": \"/bin/true\"}")
                                .expect(200));
                profile.print(
                        "create and delete of a sandbox",
                        () -> OurSandbox.create(wire, "{}").delete());
            }
        }
    }

    private void print(String what, Request request) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UPS; i++) {
            request.send();
        }
        var settings = Files.writeString(scratch.folder().resolve("profile.jfc"), SETTINGS);
        var recording = scratch.folder().resolve("profile.jfr");
        command("JFR.start", "name=" + NAME, "settings=" + settings);
        var before = computed();
        var start = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            request.send();
        }
        var nanos = System.nanoTime() - start;
        var after = computed();
        command("JFR.stop", "name=" + NAME, "filename=" + recording);
        IO.println("%s: %.2f ms".formatted(what, milliseconds(nanos)));
        after.forEach((process, then) -> IO.println(
                "  %-9s computes %.2f ms".formatted(process, milliseconds(then - before.getOrDefault(process, then)))));
        IO.println("  the gateway for: " + shares(recording));
    }

    private static double milliseconds(long nanos) {
        return nanos / 1e6 / REQUESTS;
    }

    private Map<String, Long> computed() throws IOException {
        var nanos = new LinkedHashMap<String, Long>();
        for (var pid : run.javas()) {
            var name = pid == run.gateway() ? "gateway" : pid == run.agent() ? "agent" : "DynamoDB";
            nanos.put(name, ProcessFiles.familyNanos(pid));
        }
        return nanos;
    }

    private void command(String... words) throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
        var command = new ArrayList<>(List.of(jcmd, Long.toString(run.gateway())));
        command.addAll(List.of(words));
        scratch.run(PATIENCE, command);
    }

    private static String shares(Path recording) throws IOException {
        var samples = RecordingFile.readAllEvents(recording);
        return samples.stream()
                .collect(Collectors.groupingBy(Profile::owner, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(share -> String.format(
                        Locale.ROOT, "%s %.0f %%", share.getKey(), 100.0 * share.getValue() / samples.size()))
                .collect(Collectors.joining(", "));
    }

    private static String owner(RecordedEvent sample) {
        var stack = sample.getStackTrace();
        if (stack == null) {
            return NOBODY;
        }
        return stack.getFrames().stream()
                .map(frame -> frame.getMethod().getType().getName())
                .flatMap(type -> OWNERS.entrySet().stream()
                        .filter(owner -> type.startsWith(owner.getKey()))
                        .map(Map.Entry::getValue))
                .findFirst()
                .orElse(NOBODY);
    }
}
