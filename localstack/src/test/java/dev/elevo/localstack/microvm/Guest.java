package dev.elevo.localstack.microvm;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.launch.GuestProgram;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** The inside of a MicroVM: the real agent, in a container of its own for which it is the whole machine. */
final class Guest {
    private static final String HOOKS = "/aws/lambda-microvms/runtime/v1/";
    private static final Duration LONGEST_HOOK = Duration.ofSeconds(60);

    private final Process process;
    private final Freezer freezer;
    private final Path directory;
    private final int agentPort;
    private final int hooksPort;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private Guest(Process process, Freezer freezer, Path directory, int agentPort, int hooksPort) {
        this.process = process;
        this.freezer = freezer;
        this.directory = directory;
        this.agentPort = agentPort;
        this.hooksPort = hooksPort;
    }

    /** As it is in an image: everything is loaded, and nobody has told it whose it is. */
    static Guest boot(Path root, Path machines) throws IOException {
        var name = "vm-" + UUID.randomUUID().toString().substring(0, 8);
        var directory = Files.createDirectory(machines.resolve(name));
        var agentPort = freePort();
        var hooksPort = freePort();
        var freezer = Freezer.make(name);
        var builder = new ProcessBuilder(GuestProgram.command(root, directory))
                .redirectErrorStream(true)
                .redirectOutput(machines.resolve(name + ".log").toFile());
        builder.environment().putAll(GuestProgram.environment(agentPort, hooksPort));
        var process = builder.start();
        // Its children come after it: a script has to mount first.
        freezer.take(process.pid());
        process.descendants().forEach(child -> {
            try {
                freezer.take(child.pid());
            } catch (IOException e) {
                throw new IllegalStateException("a child stayed outside", e);
            }
        });
        var guest = new Guest(process, freezer, directory, agentPort, hooksPort);
        Eventually.await("the guest is ready: " + machines.resolve(name + ".log"), () -> {
            if (!process.isAlive()) {
                throw new IOException("it ended: " + Files.readString(machines.resolve(name + ".log")));
            }
            return guest.hook("ready", "") == 200;
        });
        return guest;
    }

    /** The status of the answer; 0 where nobody answers. */
    int hook(String name, String body) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hooksPort + HOOKS + name))
                .timeout(LONGEST_HOOK)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (ConnectException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    int agentPort() {
        return agentPort;
    }

    void freeze() throws IOException {
        freezer.freeze();
    }

    void thaw() throws IOException {
        freezer.thaw();
    }

    /** As power that fails. */
    void kill() throws IOException {
        freezer.thaw();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        freezer.remove();
        Files.delete(directory);
        http.close();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
