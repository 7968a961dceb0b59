package dev.elevo.client;

import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.api.SnapshotsApi;
import dev.elevo.client.model.CodeRunRequest;
import dev.elevo.client.model.CreatePty;
import dev.elevo.client.model.CreateSnapshot;
import dev.elevo.client.model.RunRequest;
import dev.elevo.client.model.RunResult;
import dev.elevo.client.model.SandboxInfo;
import dev.elevo.client.model.SnapshotInfo;
import dev.elevo.client.model.SpawnRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One sandbox, by its id or its name. Nothing of it is held here: what it is like is asked each time. */
public final class Sandbox {
    private final Transport transport;
    private final SandboxesApi sandboxes;
    private final ProcessApi processes;
    private final SnapshotsApi snapshots;
    private final String id;

    Sandbox(Transport transport, String id) {
        this.transport = transport;
        this.sandboxes = new SandboxesApi(transport);
        this.processes = new ProcessApi(transport);
        this.snapshots = new SnapshotsApi(transport);
        this.id = id;
    }

    public String id() {
        return id;
    }

    public SandboxInfo info() {
        return sandboxes.getSandbox(id, new SandboxesApi.GetSandboxQuery());
    }

    /** By its shell, to its end. That it fails is a result. */
    public RunResult run(String command) {
        return run(RunRequest.builder().command(command).build());
    }

    public RunResult run(RunRequest request) {
        return processes.runCommand(id, request);
    }

    /** Runs code of a language such as {@code python}. */
    public RunResult code(String language, String code) {
        return processes.runCode(
                id, CodeRunRequest.builder().language(language).code(code).build());
    }

    /** By its shell; what it writes is heard as it is written, whatever happens to the connection. */
    public Exit exec(String command, Consumer<Output> output) {
        try (var process = spawn(SpawnRequest.builder().command(command).build())) {
            return process.follow(output);
        }
    }

    public RunningProcess spawn(SpawnRequest request) {
        return process(processes.spawnCommand(id, request).pid());
    }

    /** One that runs already, or has ended less than ten minutes ago. */
    public RunningProcess process(int pid) {
        return new RunningProcess(transport, id, pid);
    }

    public Terminal terminal(CreatePty request) {
        return terminal(processes.createPty(id, request).pid());
    }

    /** One that was opened already. */
    public Terminal terminal(int pid) {
        return new Terminal(transport, id, pid);
    }

    public SandboxFiles files() {
        return new SandboxFiles(transport, id);
    }

    /**
     * What is kept of its files, as soon as it can be used.
     *
     * @throws ApiException 7001 when it comes to nothing, also where the service has answered already
     */
    public SnapshotInfo snapshot(String name) {
        var snapshot = snapshots.createSnapshot(
                CreateSnapshot.builder().name(name).sandboxId(id).build());
        while (snapshot.state().equals("creating")) {
            rest();
            snapshot = snapshots.getSnapshot(snapshot.id(), new SnapshotsApi.GetSnapshotQuery());
        }
        if (snapshot.state().equals("failed")) {
            throw failed(
                    "snapshot",
                    snapshot.id(),
                    ApiException.SNAPSHOT_CREATE_FAILED,
                    "SNAPSHOT_CREATE_FAILED",
                    snapshot.errorMessage());
        }
        return snapshot;
    }

    /**
     * Until it runs; from {@code creating}, too.
     *
     * @throws ApiException 2005 when it comes to nothing
     */
    public SandboxInfo start() {
        return settled(sandboxes.startSandbox(id, null));
    }

    public SandboxInfo stop() {
        return sandboxes.stopSandbox(id, null);
    }

    public SandboxInfo pause() {
        return sandboxes.pauseSandbox(id);
    }

    public SandboxInfo resume() {
        return settled(sandboxes.resumeSandbox(id, null));
    }

    SandboxInfo settled(SandboxInfo info) {
        var now = info;
        while (now.state().equals("creating")) {
            rest();
            now = info();
        }
        if (now.state().equals("failed")) {
            throw failed(
                    "sandbox",
                    now.id(),
                    ApiException.SANDBOX_CREATION_FAILED,
                    "SANDBOX_CREATION_FAILED",
                    now.errorReason());
        }
        return now;
    }

    /** As the service says it where it knows before it has answered. */
    private static ApiException failed(String what, String id, int code, String name, @Nullable String reason) {
        return new ApiException(
                500,
                code,
                name,
                what + " " + id + " failed: " + Objects.requireNonNullElse(reason, "no reason given"),
                Map.of(what + "Id", id),
                "");
    }

    private static void rest() {
        try {
            Thread.sleep(Duration.ofMillis(500));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("interrupted", e);
        }
    }

    /** In whatever state it is. */
    public void delete() {
        sandboxes.deleteSandbox(id, new SandboxesApi.DeleteSandboxQuery().force(true));
    }

    /** Where a browser finds what listens on a port inside. */
    public URI previewUrl(int port) {
        return URI.create(sandboxes
                .getPreviewUrl(id, new SandboxesApi.GetPreviewUrlQuery().port(port))
                .url());
    }
}
