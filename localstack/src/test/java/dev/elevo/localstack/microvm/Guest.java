package dev.elevo.localstack.microvm;

import dev.elevo.localstack.launch.GuestProgram;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/** The inside of a MicroVM: the real agent, in a container of its own for which it is the whole machine. */
final class Guest {
    private static final String HOOKS = "/aws/lambda-microvms/runtime/v1/";
    private static final Duration LONGEST_HOOK = Duration.ofSeconds(60);
    private static final Duration LONGEST_BOOT = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

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
        var log = machines.resolve(name + ".log");
        var process = new ProcessBuilder(freezer.within(GuestProgram.command(root, directory, agentPort, hooksPort)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var guest = new Guest(process, freezer, directory, agentPort, hooksPort);
        try {
            guest.awaitReady(log);
            return guest;
        } catch (IOException | RuntimeException | Error e) {
            guest.kill();
            throw e;
        }
    }

    private void awaitReady(Path log) throws IOException {
        var deadline = System.nanoTime() + LONGEST_BOOT.toNanos();
        while (hook("ready", "") != 200) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("no guest: " + Files.readString(log));
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
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
        } catch (ConnectException | HttpConnectTimeoutException e) {
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
        freezer.kill();
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
