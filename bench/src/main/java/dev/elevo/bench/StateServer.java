package dev.elevo.bench;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import dev.elevo.platform.dynamo.TableCreation;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A DynamoDB Local with the state table, in memory, that both sides of a contest talk to. */
final class StateServer implements AutoCloseable {
    private static final int SMALL_HEAP = 256;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final DynamoConfiguration configuration;
    private final DynamoDbClient client;

    StateServer(Scratch scratch) throws IOException, InterruptedException {
        this(scratch, SMALL_HEAP);
    }

    /** @param heap in megabytes; to read very much it takes very much */
    StateServer(Scratch scratch, int heap) throws IOException, InterruptedException {
        var port = Ports.free();
        scratch.start(
                "dynamodb",
                Map.of(),
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx" + heap + "m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-classpath",
                        path("program") + File.pathSeparator + path("libraries"),
                        "software.amazon.dynamodb.services.local.main.ServerRunner",
                        "-inMemory",
                        "-disableTelemetry",
                        "-port",
                        Integer.toString(port)));
        scratch.await("dynamodb", Duration.ofMinutes(1), () -> isOpen(port));
        var table = StateTable.DEFAULT_NAME;
        configuration = new DynamoConfiguration(
                table, SandboxTable.nameBeside(table), "http://127.0.0.1:" + port, "us-east-1", 64);
        client = DynamoConnection.open(configuration);
        TableCreation.ensure(client, configuration);
    }

    private static String path(String file) throws IOException {
        return Files.readString(
                        LocalRun.repository().resolve("dynamodb-local/target").resolve(file))
                .strip();
    }

    DynamoConfiguration configuration() {
        return configuration;
    }

    DynamoDbClient client() {
        return client;
    }

    /** Without the service's haste: what reads or writes very much may take as long as it takes. */
    DynamoDbClient patientClient() {
        return DynamoDbClient.builder()
                .region(Region.of(configuration.region()))
                .endpointOverride(URI.create(configuration.endpoint()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClientBuilder(ApacheHttpClient.builder().socketTimeout(PATIENCE))
                .build();
    }

    private static boolean isOpen(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
