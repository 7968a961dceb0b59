package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The state table's server on this machine, with its files in the home. A process of its own: its licence and its libraries stay
 * out of ours.
 */
record DynamoDbLocal(Installation installation, Path files, Map<String, String> surroundings)
        implements Daemon.Program {
    private static final int HEAP_MEGABYTES = 192;

    /** Says errors and nothing else; to make Log4j's own ready is a tenth of this program's start. */
    private static final String ERRORS_ONLY =
            "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory";

    static Daemon ensure(Home home, Installation installation, Map<String, String> surroundings) throws IOException {
        var files = Files.createDirectories(home.file("dynamodb"));
        return Daemon.ensure(home, installation.build(), new DynamoDbLocal(installation, files, surroundings));
    }

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public List<String> command(int port) {
        return new JavaProgram(
                        name(),
                        HEAP_MEGABYTES,
                        installation.dynamoDbClassPath(),
                        List.of(
                                "-Dsqlite4java.library.path=" + installation.dynamoDbNative(),
                                "-Djava.net.preferIPv4Stack=true",
                                ERRORS_ONLY),
                        "dev.elevo.dynamodb.Start",
                        List.of(
                                installation.dynamoDbProgram(),
                                "-dbPath",
                                files.toString(),
                                "-sharedDb",
                                "-disableTelemetry",
                                "-port",
                                Integer.toString(port)))
                .command(installation, frugal());
    }

    /** Compiled twice it is not worth what that takes while everything starts. */
    private Map<String, String> frugal() {
        var frugal = new HashMap<>(surroundings);
        frugal.put("ELEVO_COMPILERS", "1");
        return frugal;
    }

    @Override
    public Map<String, String> options() {
        return Map.of("ELEVO_FSYNC", surroundings.getOrDefault("ELEVO_FSYNC", "0"));
    }

    @Override
    public Map<String, String> environment(int port) {
        return Map.of("LD_PRELOAD", installation.dynamoDbPreload().toString());
    }
}
