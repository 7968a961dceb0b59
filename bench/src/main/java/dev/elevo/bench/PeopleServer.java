package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A PostgreSQL as the local run starts it, for the one area that keeps something in it. */
final class PeopleServer {
    private static final String USER = "elevo";
    private static final String PASSWORD = "password-of-the-benchmark";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String url;

    PeopleServer(Scratch scratch) throws IOException, InterruptedException {
        var module = LocalRun.repository().resolve("postgres-local");
        var password = Files.writeString(scratch.folder().resolve("postgres.password"), PASSWORD + "\n");
        var port = Ports.free();
        url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        scratch.start(
                "postgres",
                Map.of(),
                List.of(
                        "sh",
                        module.resolve("src/main/sh/start").toString(),
                        module.resolve("target/pgsql").toString(),
                        scratch.folder().resolve("postgres").toString(),
                        password.toString(),
                        Integer.toString(port)));
        scratch.await("postgres", PATIENCE, this::answers);
    }

    /** What the function is told of it. */
    Map<String, String> access() {
        return Map.of(
                "ELEVO_POSTGRES_URL",
                url,
                "ELEVO_POSTGRES_USER",
                USER,
                "ELEVO_POSTGRES_PASSWORD",
                PASSWORD,
                "ELEVO_POSTGRES_CONNECTIONS",
                "2",
                "ELEVO_POSTGRES_PATIENCE_MS",
                "22000");
    }

    private boolean answers() {
        try (var connection = DriverManager.getConnection(url, USER, PASSWORD)) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }
}
