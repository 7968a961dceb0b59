package dev.elevo.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** serverless-offline from npm with one function that answers a little JSON. */
final class ServerlessPeer {
    private ServerlessPeer() {}

    /**
     * Starts it and waits for its first answer.
     *
     * @param installed the folder made by {@link #install}
     */
    static HelloServer start(Scratch scratch, Path installed) throws IOException, InterruptedException {
        return HelloServer.start(
                scratch,
                "serverless",
                Map.of("SLS_TELEMETRY_DISABLED", "1", "SLS_NOTIFICATIONS_MODE", "off"),
                port -> command(installed, port));
    }

    private static List<String> command(Path installed, int port) {
        try {
            return List.of(
                    "sh",
                    "-c",
                    "cd '%s' && exec node node_modules/serverless/bin/serverless.js offline --noTimeout --httpPort %d --lambdaPort %d"
                            .formatted(installed, port, Ports.free()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Once per machine: npm takes a minute. */
    static Path install(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (var name : List.of("package.json", "serverless.yml", "handler.js")) {
            Files.write(folder.resolve(name), resource("serverless-offline/" + name));
        }
        if (!Files.exists(folder.resolve("node_modules/serverless-offline/package.json"))) {
            var npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            if (npm.waitFor() != 0) {
                throw new IOException("npm install of serverless-offline failed");
            }
        }
        return folder;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = ServerlessPeer.class.getResourceAsStream("/" + name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        }
    }
}
