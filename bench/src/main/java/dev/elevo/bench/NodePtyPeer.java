package dev.elevo.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The terminal server that everybody writes: ws and node-pty from npm. */
final class NodePtyPeer {
    private NodePtyPeer() {}

    static Keys start(Scratch scratch, Path installed) throws IOException, InterruptedException {
        var port = Ports.free();
        scratch.start(
                "node-pty",
                Map.of(),
                List.of("node", installed.resolve("server.js").toString(), Integer.toString(port), Keys.PROGRAM));
        scratch.await("node-pty", Duration.ofSeconds(20), () -> answers(port));
        var wire = new WebSocketWire(URI.create("ws://127.0.0.1:" + port + "/"), List.of());
        return new Keys() {
            @Override
            public void press(char key) throws IOException {
                wire.send(String.valueOf(key));
            }

            @Override
            public String see() throws IOException {
                return wire.receive();
            }

            @Override
            public void close() throws IOException {
                wire.close();
            }
        };
    }

    private static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Once per machine. */
    static Path install(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        for (var name : List.of("package.json", "server.js")) {
            try (InputStream stream = NodePtyPeer.class.getResourceAsStream("/node-pty/" + name)) {
                Files.write(folder.resolve(name), Objects.requireNonNull(stream, name).readAllBytes());
            }
        }
        if (!Files.exists(folder.resolve("node_modules/node-pty/package.json"))) {
            var npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
                    .directory(folder.toFile())
                    .inheritIO()
                    .start();
            if (npm.waitFor() != 0) {
                throw new IOException("npm install of node-pty failed");
            }
        }
        return folder;
    }
}
