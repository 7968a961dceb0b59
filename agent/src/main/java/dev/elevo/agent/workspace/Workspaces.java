package dev.elevo.agent.workspace;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Workspace;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.agent.sandbox.Acceptance;
import dev.elevo.agent.sandbox.Locks;
import dev.elevo.agent.snapshot.Archives;
import dev.elevo.agent.snapshot.DamagedException;
import dev.elevo.agent.snapshot.SavedTrees;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.WorkspaceAgent;
import dev.elevo.contract.sandbox.Isolation;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Saves what the user of this machine has, and brings him what was saved of another one. */
@Singleton
public final class Workspaces implements WorkspaceAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Workspaces.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Failure NO_ROOM =
            new Failure.Refused(ErrorCode.DISK_QUOTA_EXCEEDED, "The machine's disk has no room for the files");

    private final ProcessHosts sandboxes;
    private final Locks locks;
    private final IsolationDriver driver;
    private final Workspace workspace;
    private final SavedTrees trees;
    private final Store store;
    private final Path scratch;
    private final ReentrantLock turn = new ReentrantLock(true);

    /** By their orders, until they are forgotten. */
    private final Map<String, Saving> savings = new ConcurrentHashMap<>();

    Workspaces(
            AgentConfiguration configuration,
            ProcessHosts sandboxes,
            Locks locks,
            IsolationDriver driver,
            Workspace workspace,
            SavedTrees trees,
            Store store)
            throws IOException {
        this.sandboxes = sandboxes;
        this.locks = locks;
        this.driver = driver;
        this.workspace = workspace;
        this.trees = trees;
        this.store = store;
        this.scratch = Scratch.emptied(configuration.directory().resolve("parts"));
    }

    @Override
    public SaveStatus save(String sandboxId, SaveWorkspace order) {
        requireMachine();
        var sandbox = existing(sandboxId);
        var saving = new Saving(mine -> inTurn(mine, sandbox, order));
        var known = savings.putIfAbsent(order.id(), saving);
        if (known == null) {
            saving.start(order.id());
        }
        return look(sandboxId, new SaveQuery(order.id(), order.waitMs()));
    }

    @Override
    public SaveStatus look(String sandboxId, SaveQuery order) {
        requireMachine();
        var saving = savings.get(order.id());
        if (saving == null) {
            return SaveStatus.of(Progress.ABSENT, 0);
        }
        var status = saving.await(order.waitMs());
        var others = savings.values().stream()
                .filter(other -> other != saving && other.isWanted())
                .count();
        return status.beside((int) others);
    }

    @Override
    public void forget(String sandboxId, SaveQuery order) {
        requireMachine();
        var saving = savings.remove(order.id());
        if (saving != null) {
            saving.giveUp();
        }
    }

    /** One at a time: a second one would only take longer, and as much of the disk again. */
    private SaveStatus inTurn(Saving mine, ProcessHost sandbox, SaveWorkspace order) {
        turn.lock();
        try {
            return save(mine, sandbox, order);
        } finally {
            turn.unlock();
        }
    }

    private SaveStatus save(Saving mine, ProcessHost sandbox, SaveWorkspace order) {
        try (var parts = new PartsOutput(store, order.parts(), order.partBytes(), scratch)) {
            mine.writesTo(parts);
            var written = trees.write(workspace.roots(Path.of(sandbox.spec().workDir())), parts);
            return SaveStatus.done(new SavedWorkspace(parts.finish(), written.bytes(), written.sha256()));
        } catch (IOException e) {
            if (mine.isGivenUp()) {
                LOG.info("order {} was given up", order.id());
                return SaveStatus.of(Progress.ABSENT, 0);
            }
            LOG.warn("order {} was not done", order.id(), e);
            return SaveStatus.failed(whyNotSaved(e));
        }
    }

    static Failure whyNotSaved(IOException e) {
        return switch (e) {
            case UnreachableException unreachable -> unreachable(unreachable);
            case TooManyPartsException tooMany ->
                new Failure.Refused(ErrorCode.FILE_TOO_LARGE, "The files are " + tooMany.getMessage());
            default ->
                Archives.isFull(e)
                        ? NO_ROOM
                        : new Failure.Refused(ErrorCode.INTERNAL_ERROR, "The files could not be saved");
        };
    }

    /** Whoever makes or starts the sandbox meanwhile waits. */
    @Override
    public void restore(String sandboxId, RestoreWorkspace from) {
        requireMachine();
        if (!Ids.SANDBOX.matches(sandboxId)) {
            throw Failure.Invalid.field("id", "must be the id of a sandbox", sandboxId)
                    .asException();
        }
        locks.holding(sandboxId, () -> {
            requireNothingRuns(sandboxId);
            try (var body = store.get(from.from());
                    var unpacked = trees.unpack(body, from.sha256(), workspace::mayHold)) {
                unpacked.moveIn();
                return sandboxId;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure.Unavailable("The agent is stopping", RETRY).causedBy(e);
            } catch (IOException e) {
                throw notRestored(e);
            }
        });
    }

    private void requireNothingRuns(String sandboxId) {
        if (sandboxes.find(sandboxId).filter(ProcessHost::running).isPresent()) {
            throw new Failure.Refused(
                            ErrorCode.INVALID_SANDBOX_STATE,
                            "Files are not replaced under what runs",
                            Map.of("state", "running", "action", "restore"))
                    .asException();
        }
    }

    private static RuntimeException notRestored(IOException e) {
        return switch (e) {
            case UnreachableException unreachable -> unreachable(unreachable).causedBy(unreachable);
            case DamagedException damaged ->
                new Failure.Refused(ErrorCode.SANDBOX_CREATION_FAILED, "The files are not what was saved", Map.of())
                        .causedBy(damaged);
            default ->
                Archives.isFull(e)
                        ? NO_ROOM.causedBy(e)
                        : new Failure.Refused(ErrorCode.INTERNAL_ERROR, "The files could not be restored").causedBy(e);
        };
    }

    private static Failure unreachable(UnreachableException e) {
        return new Failure.Unavailable("The store of files: " + e.getMessage(), RETRY);
    }

    private ProcessHost existing(String sandboxId) {
        return sandboxes
                .find(sandboxId)
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", sandboxId))
                        .asException());
    }

    private void requireMachine() {
        if (driver.isolation() != Isolation.MICROVM) {
            throw Acceptance.notOffered("workspace", driver);
        }
    }
}
