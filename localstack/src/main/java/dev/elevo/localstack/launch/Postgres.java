package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The database of people and keys on this machine, with its files in the home. No process of it is root's. */
record Postgres(Installation installation, Path files, Path passwordFile) implements Daemon.Program {

    static Daemon ensure(Home home, Installation installation) throws IOException {
        var version =
                Files.readString(installation.postgres().resolve("version")).strip();
        return Daemon.ensure(
                home,
                version,
                new Postgres(installation, home.file("postgres"), home.file(Secrets.POSTGRES_PASSWORD_FILE)));
    }

    /** What the one area finds in its environment that uses it. */
    static Map<String, Object> access(int port, Secrets secrets) {
        return Map.of(
                "ELEVO_POSTGRES_URL",
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "ELEVO_POSTGRES_USER",
                "elevo",
                "ELEVO_POSTGRES_PASSWORD",
                secrets.postgresPassword());
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public List<String> command(int port) {
        return List.of(
                "sh",
                installation.postgresStart().toString(),
                installation.postgres().toString(),
                files.toString(),
                passwordFile.toString(),
                Integer.toString(port));
    }

    @Override
    public Map<String, String> environment(int port) {
        return Map.of();
    }
}
