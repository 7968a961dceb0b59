package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** DynamoDB Local as a process of its own, its tables as files in the home. */
final class DynamoDbLocal {
    private static final String NAME = "dynamodb";
    private static final int HEAP_MEGABYTES = 192;

    private DynamoDbLocal() {}

    static Daemon ensure(Home home, Installation installation, Map<String, String> environment) throws IOException {
        var running = Daemon.find(home, NAME, installation.build());
        if (running.isPresent()) {
            return running.get();
        }
        var files = Files.createDirectories(home.file(NAME));
        var port = Ports.free();
        var program = new JavaProgram(
                NAME,
                HEAP_MEGABYTES,
                installation.dynamoDbClassPath(),
                List.of(
                        // Half the CPU time of its start, while everything else starts too; its time per request is SQLite's.
                        "-XX:TieredStopAtLevel=1",
                        "-Dsqlite4java.library.path=" + installation.dynamoDbNative(),
                        "-Djava.net.preferIPv4Stack=true"),
                "software.amazon.dynamodb.services.local.main.ServerRunner",
                List.of(
                        "-dbPath",
                        files.toString(),
                        "-sharedDb",
                        "-disableTelemetry",
                        "-port",
                        Integer.toString(port)));
        return Daemon.start(
                home,
                NAME,
                installation.build(),
                port,
                program.command(installation, environment),
                Map.of("LD_PRELOAD", installation.loopback().toString()));
    }
}
