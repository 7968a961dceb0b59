package dev.elevo.platform.testing;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.testing.Hosts;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import dev.elevo.platform.dynamo.TableCreation;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * DynamoDB Local as a process of its own, in memory, one for all tests of a JVM. Tests that share it do not meet: each takes a
 * table of its own.
 */
public final class DynamoDbLocal {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CONNECTIONS = 64;

    private final String endpoint;
    private final DynamoDbClient client;

    private DynamoDbLocal(String endpoint) {
        this.endpoint = endpoint;
        this.client = DynamoConnection.open(configuration("unused"));
    }

    /** Started by the first who asks, ended with the JVM. */
    public static DynamoDbLocal shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        private static final DynamoDbLocal INSTANCE = start();
    }

    public String endpoint() {
        return endpoint;
    }

    /** Of the tests; what is tested as another instance opens its own. */
    public DynamoDbClient client() {
        return client;
    }

    /** Empty tables nobody else knows of. They forget nothing by themselves: the time of a test is not the server's. */
    public DynamoConfiguration newTables() {
        var configuration = unmadeTables();
        TableCreation.ensure(client, configuration);
        for (var table : List.of(configuration.table(), configuration.sandboxTable())) {
            client.updateTimeToLive(request -> request.tableName(table)
                    .timeToLiveSpecification(ttl -> ttl.enabled(false).attributeName(StateTable.TTL)));
        }
        return configuration;
    }

    /** Names that nobody else knows. */
    public DynamoConfiguration unmadeTables() {
        return configuration("test-" + UUID.randomUUID());
    }

    private DynamoConfiguration configuration(String table) {
        return new DynamoConfiguration(table, SandboxTable.nameBeside(table), endpoint, "us-east-1", CONNECTIONS);
    }

    private static DynamoDbLocal start() {
        try {
            var port = Hosts.freePort();
            var process = new ProcessBuilder(command(port))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            Files.createTempFile("dynamodb-local", ".log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            var started = new DynamoDbLocal("http://127.0.0.1:" + port);
            started.awaitAnswer(process);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String[] command(int port) throws IOException {
        return new String[] {
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            path("program") + File.pathSeparator + path("libraries"),
            "software.amazon.dynamodb.services.local.main.ServerRunner",
            "-inMemory",
            "-disableTelemetry",
            "-port",
            Integer.toString(port)
        };
    }

    private static String path(String file) throws IOException {
        return Files.readString(installation().resolve(file)).strip();
    }

    /** Where the module dynamodb-local has put it, seen from whichever module the tests are of. */
    private static Path installation() {
        return Stream.iterate(Path.of("").toAbsolutePath(), directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve("dynamodb-local/target"))
                .filter(target -> Files.isRegularFile(target.resolve("program")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("build the module dynamodb-local first (mvn -am does)"));
    }

    private void awaitAnswer(Process process) {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                client.listTables();
                return;
            } catch (SdkException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                if (hasEnded(process)) {
                    throw new IllegalStateException("DynamoDB Local ended with " + process.exitValue(), e);
                }
            }
        }
    }

    /** Gives it a moment, too: the port is asked again after that, not in a busy loop. */
    private static boolean hasEnded(Process process) {
        try {
            return process.waitFor(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
