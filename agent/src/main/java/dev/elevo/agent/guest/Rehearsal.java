package dev.elevo.agent.guest;

import dev.elevo.agent.files.Files;
import dev.elevo.agent.process.Processes;
import dev.elevo.agent.sandbox.Sandboxes;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sandbox's first minute is like, before there is one: all machines of an image begin with the memory of the one in which this was
 * done, and what was done in it once is quick in all of them.
 */
@Singleton
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int EXECS = 5;
    private static final String FILE = "/home/user/.rehearsal";
    private static final byte[] WORDS = "as if it were one".getBytes(StandardCharsets.UTF_8);
    private static final int MOST_MILLIS = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Sandboxes sandboxes;
    private final Processes processes;
    private final Files files;
    private final Provider<EmbeddedServer> server;
    private final ObjectMapper json;
    private final String template;
    private final int rounds;
    private @Nullable CompletableFuture<Void> warm;

    Rehearsal(
            Sandboxes sandboxes,
            Processes processes,
            Files files,
            Provider<EmbeddedServer> server,
            ObjectMapper json,
            @Value("${elevo.template:base}") String template,
            @Value("${elevo.rehearsal.rounds:40}") int rounds) {
        this.sandboxes = sandboxes;
        this.processes = processes;
        this.files = files;
        this.server = server;
        this.json = json;
        this.template = template;
        this.rounds = rounds;
    }

    /** Begins with the first question; each is answered at once. */
    synchronized HookAnswer ready() {
        if (warm == null) {
            warm = CompletableFuture.runAsync(
                    this::all, task -> Thread.ofPlatform().name("rehearsal").start(task));
        }
        if (!warm.isDone()) {
            return HookAnswer.askAgain("rehearsing");
        }
        try {
            warm.get();
            return HookAnswer.DONE;
        } catch (ExecutionException e) {
            LOG.error("the rehearsal failed", e.getCause());
            return new HookAnswer(500, "the rehearsal failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HookAnswer.askAgain("interrupted");
        }
    }

    HookAnswer once() {
        try {
            play();
            return HookAnswer.DONE;
        } catch (IOException | RuntimeException e) {
            LOG.error("the rehearsal failed", e);
            return HookAnswer.askAgain("the rehearsal failed: " + e.getMessage());
        }
    }

    private void all() {
        try {
            for (int i = 0; i < rounds; i++) {
                play();
                ask();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void play() throws IOException {
        var spec = read(json.writeValueAsBytes(spec()));
        sandboxes.create(spec);
        try {
            for (int i = 0; i < EXECS; i++) {
                var said = processes.run(spec.id(), command(), null);
                if (!(said instanceof RunResult result) || !result.stdout().contains("rehearsed")) {
                    throw new IOException("a command said nothing");
                }
                json.writeValueAsBytes(result);
            }
            files.write(spec.id(), new WriteFile(FILE, null, false, true, false, null), WORDS, null);
            var read = files.read(spec.id(), new ReadFile(FILE, 0, null, WORDS.length, null));
            if (!Arrays.equals(read.bytes(), WORDS)) {
                throw new IOException("a file is not what was written");
            }
        } finally {
            sandboxes.delete(spec.id());
        }
    }

    private SandboxSpec read(byte[] written) throws IOException {
        var spec = json.readValue(written, SandboxSpec.class);
        if (spec == null) {
            throw new IOException("a sandbox is not what was written");
        }
        return spec;
    }

    /** Nobody may do more yet. */
    private void ask() throws IOException {
        var request = HttpRequest.newBuilder(server.get().getURI().resolve(AgentPaths.HEALTH))
                .timeout(PATIENCE)
                .build();
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            client.send(request, BodyHandlers.discarding());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static RunRequest command() {
        return new RunRequest(
                "echo rehearsed", null, null, null, null, null, null, null, MOST_MILLIS, MOST_MILLIS, null, null, null);
    }

    private SandboxSpec spec() {
        return new SandboxSpec(
                Ids.SANDBOX.random(),
                template,
                Map.of("REHEARSAL", "1"),
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null,
                null);
    }
}
