package dev.elevo.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** serverless-offline from npm with one function that answers a little JSON. */
final class ServerlessPeer {
    private final InetSocketAddress address;
    private final double startSeconds;

    /**
     * Starts it and waits for its first answer.
     *
     * @param installed the folder made by {@link #install}
     */
    ServerlessPeer(Scratch scratch, Path installed) throws IOException, InterruptedException {
        var port = Ports.free();
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        var start = System.nanoTime();
        scratch.start(
                "serverless",
                Map.of("SLS_TELEMETRY_DISABLED", "1", "SLS_NOTIFICATIONS_MODE", "off"),
                List.of(
                        "sh",
                        "-c",
                        "cd '%s' && exec node node_modules/serverless/bin/serverless.js offline --noTimeout --httpPort %d --lambdaPort %d"
                                .formatted(installed, port, Ports.free())));
        scratch.await("serverless", Duration.ofMinutes(1), this::answers);
        startSeconds = (System.nanoTime() - start) / 1e9;
    }

    InetSocketAddress address() {
        return address;
    }

    /** From the start of the process to its first answer. */
    double startSeconds() {
        return startSeconds;
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

    private boolean answers() {
        try (var wire = new Wire(address, Map.of())) {
            return wire.get("/hello/anyone").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = ServerlessPeer.class.getResourceAsStream("/" + name)) {
            return Objects.requireNonNull(stream, name).readAllBytes();
        }
    }
}
