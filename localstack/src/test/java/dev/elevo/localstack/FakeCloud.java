package dev.elevo.localstack;

import dev.elevo.localstack.microvm.FakeBucket;
import dev.elevo.localstack.microvm.FakeConnections;
import dev.elevo.localstack.microvm.FakeMicrovms;
import dev.elevo.localstack.microvm.FakeSts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What stands for the cloud when sandboxes live in MicroVMs, and what the stack has to be told of it. */
final class FakeCloud implements AutoCloseable {
    static final String ENGINE = "ELEVO_ENGINE";

    private static @Nullable FakeCloud shared;

    private final FakeMicrovms microvms;
    private final FakeBucket bucket;
    private final FakeSts sts = new FakeSts();
    private final List<FakeConnections> connections = new CopyOnWriteArrayList<>();
    private final String small;
    private final String large;

    FakeCloud(Path directory) throws IOException {
        microvms = new FakeMicrovms(RunningStack.root(), Files.createDirectories(directory.resolve("machines")));
        bucket = new FakeBucket(Files.createDirectories(directory.resolve("bucket")));
        small = microvms.image("elevo-base-1024", 1024);
        large = microvms.image("elevo-base-4096", 4096);
        microvms.awaitImage();
    }

    /** Whether every stack of this JVM runs on it: {@code ./elevo test --fake-cloud}. */
    static boolean isEverywhere() {
        return Boolean.getBoolean("elevo.fake.cloud");
    }

    /** The one of this JVM, with which it ends. */
    static synchronized FakeCloud shared() {
        var known = shared;
        if (known != null) {
            return known;
        }
        try {
            var directory = Files.createTempDirectory("elevo-cloud");
            var started = new FakeCloud(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> started.endWith(directory)));
            shared = started;
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endWith(Path directory) {
        try {
            close();
            new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    FakeMicrovms microvms() {
        return microvms;
    }

    FakeBucket bucket() {
        return bucket;
    }

    FakeSts sts() {
        return sts;
    }

    /** Of connections, to who may not write to them (any more). */
    int refusedWrites() {
        return connections.stream().mapToInt(FakeConnections::refused).sum();
    }

    /** The image of the smallest sandboxes. */
    String smallImage() {
        return small;
    }

    /** Of one stack: each has connections of its own. */
    Map<String, String> environment() throws IOException {
        var gateway = new FakeConnections(sts);
        connections.add(gateway);
        return Map.ofEntries(
                Map.entry("ELEVO_CONNECTIONS_URL", gateway.url()),
                Map.entry("ELEVO_CONNECTIONS_PORT", Integer.toString(gateway.gatewayPort())),
                Map.entry("ELEVO_CONNECTIONS_SECRET", gateway.gatewaySecret()),
                Map.entry("ELEVO_STREAMS_ROLE", FakeSts.ROLE),
                Map.entry("ELEVO_STREAMS_STAGE", FakeConnections.stage()),
                Map.entry("ELEVO_STS_ENDPOINT", sts.url()),
                Map.entry(ENGINE, "microvm"),
                Map.entry("ELEVO_MICROVM_ENDPOINT", microvms.url()),
                Map.entry("ELEVO_MICROVM_SCHEME", "http"),
                // Nothing is restored from a snapshot here: each machine boots.
                Map.entry("ELEVO_MICROVM_STARTING_SECONDS", "180"),
                Map.entry("ELEVO_MICROVM_IMAGES", "base/1024=" + small + "@1.0,base/4096=" + large + "@1.0"),
                Map.entry("ELEVO_WORKSPACES_BUCKET", bucket.name()),
                Map.entry("ELEVO_WORKSPACES_ENDPOINT", bucket.url()),
                Map.entry("AWS_REGION", "us-east-1"),
                Map.entry("AWS_ACCESS_KEY_ID", FakeMicrovms.KEY_ID),
                Map.entry("AWS_SECRET_ACCESS_KEY", FakeMicrovms.SECRET));
    }

    /** A stack whose sandboxes are machines of this cloud. */
    RunningStack stack(Path home, Map<String, String> more) throws IOException {
        var options = new HashMap<>(environment());
        options.putAll(more);
        return new RunningStack(home, options);
    }

    @Override
    public void close() throws IOException {
        microvms.close();
        bucket.close();
        sts.close();
        connections.forEach(FakeConnections::close);
    }
}
