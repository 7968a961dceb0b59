package dev.elevo.functions.admin;

import dev.elevo.contract.testing.Hosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL as the local run starts it, one for all tests of a JVM; each takes a database of its own. */
public final class PostgresLocal {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String USER = "elevo";
    private static final String PASSWORD = "password-of-the-tests";

    private final Path home;
    private final int port;
    private Process process;

    private PostgresLocal(Path home, int port) throws IOException {
        this.home = home;
        this.port = port;
        this.process = begin();
    }

    public static PostgresLocal shared() {
        return Shared.INSTANCE;
    }

    private static final class Shared {
        private static final PostgresLocal INSTANCE = open();
    }

    /** One that a test may kill; to be {@linkplain #kill() killed} at the end. */
    public static PostgresLocal open() {
        try {
            var home = Files.createTempDirectory("postgres-local");
            var started = new PostgresLocal(home, Hosts.freePort());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> started.process.destroy()));
            started.awaitAnswer();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What makes the function use a new database; its tables are not made. */
    public Map<String, Object> newDatabase() {
        var name = "test_" + UUID.randomUUID().toString().replace('-', '_');
        try (var connection = connect(database("postgres"));
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database(name);
    }

    /** As the function itself is connected to it. */
    public Connection connect(Map<String, Object> database) throws SQLException {
        return DriverManager.getConnection(String.valueOf(database.get("elevo.postgres.url")), USER, PASSWORD);
    }

    /** As the kernel does it when memory runs out. */
    public void kill() throws InterruptedException {
        var children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        // They end by themselves when they see it; the next one cannot start before.
        for (var child : children) {
            child.onExit().join();
        }
    }

    public void startAgain() throws IOException {
        process = begin();
        awaitAnswer();
    }

    private Process begin() throws IOException {
        return begin(home, port);
    }

    /** Not waited for; it makes its files first, where there are none. */
    static Process begin(Path home, int port) throws IOException {
        var module = module();
        Files.writeString(home.resolve("password"), PASSWORD + "\n");
        return new ProcessBuilder(List.of(
                        "sh",
                        module.resolve("src/main/sh/start").toString(),
                        module.resolve("target/pgsql").toString(),
                        home.resolve("files").toString(),
                        home.resolve("password").toString(),
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("postgres.log").toFile()))
                .start();
    }

    private void awaitAnswer() {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                connect(database("postgres")).close();
                return;
            } catch (SQLException e) {
                if (System.nanoTime() - deadline > 0 || hasEnded()) {
                    throw new IllegalStateException("PostgreSQL does not answer, see " + home, e);
                }
            }
        }
    }

    private boolean hasEnded() {
        try {
            return process.waitFor(50, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Map<String, Object> database(String name) {
        return Map.of(
                "elevo.postgres.url", "jdbc:postgresql://127.0.0.1:" + port + "/" + name,
                "elevo.postgres.user", USER,
                "elevo.postgres.password", PASSWORD);
    }

    private static Path module() {
        return Stream.iterate(Path.of("").toAbsolutePath(), directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve("postgres-local"))
                .filter(module -> Files.isRegularFile(module.resolve("target/pgsql/version")))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("build the module postgres-local first (mvn -am does)"));
    }
}
