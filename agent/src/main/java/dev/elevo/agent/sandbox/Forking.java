package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.Checkpoint;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.IsolationDriver.Origin;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.Forks;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.agent.SandboxSpec;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sandboxes of what another has on its disk: one checkpoint, and any number that begin with it. All of them or none. */
@Singleton
final class Forking {
    private static final Logger LOG = LoggerFactory.getLogger(Forking.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Residents residents;
    private final Lives lives;
    private final Locks locks;
    private final IsolationDriver driver;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    Forking(Residents residents, Lives lives, Locks locks, IsolationDriver driver) {
        this.residents = residents;
        this.lives = lives;
        this.locks = locks;
        this.driver = driver;
    }

    List<Resident> fork(String sourceId, Forks forks) {
        if (!driver.hasCheckpoints()) {
            throw Acceptance.notOffered("fork", driver);
        }
        var ids = forks.specs().stream().map(SandboxSpec::id).toList();
        ids.forEach(this::reserve);
        try {
            return forkReserved(sourceId, forks, ids);
        } finally {
            underWay.removeAll(ids);
        }
    }

    /** Whoever asks again while the first is still at work must not undo it. */
    private void reserve(String id) {
        if (!underWay.add(id)) {
            throw new Failure.Unavailable("The same fork is under way", RETRY).asException();
        }
    }

    private List<Resident> forkReserved(String sourceId, Forks forks, List<String> ids) {
        var there = ids.stream().flatMap(id -> residents.get(id).stream()).toList();
        if (there.size() == ids.size() && there.stream().noneMatch(one -> one.phase() == Phase.STARTING)) {
            return there;
        }
        // What an earlier try left is of another moment.
        ids.forEach(this::remove);
        forks.specs().forEach(spec -> Acceptance.check(spec, driver));
        var copying = Meanwhile.start("checkpoint " + sourceId, () -> checkpoint(sourceId, ids.size() == 1));
        try {
            return begin(forks, copying::get);
        } catch (RuntimeException e) {
            undo(ids, e);
            throw reason(copying, e);
        } finally {
            // To give back what it shares takes the longer the more it is, and nobody has to wait for that.
            Thread.ofVirtual().name("checkpoint-end").start(() -> forget(sourceId, copying));
        }
    }

    /** Why there is no checkpoint says more than that nothing could begin with it. */
    private static RuntimeException reason(Meanwhile<Checkpoint> copying, RuntimeException begun) {
        try {
            copying.get();
            return begun;
        } catch (RuntimeException e) {
            return e;
        } catch (IOException e) {
            begun.addSuppressed(e);
            return begun;
        }
    }

    private Checkpoint checkpoint(String sourceId, boolean isForOne) {
        var made = locks.holding(sourceId, () -> checkpoint(sourceId));
        return isForOne ? made.forOne() : made;
    }

    private Checkpoint checkpoint(String sourceId) {
        var source = residents.get(sourceId).orElseThrow(() -> missing(sourceId));
        var now = lives.settle(source, Instant.now());
        if (!now.hasProcesses()) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_NOT_RUNNING, "The sandbox is not running", Map.of("sandboxId", sourceId))
                    .asException();
        }
        try {
            return driver.checkpoint(residents.slotOf(now));
        } catch (IOException e) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_CREATION_FAILED,
                            "The files of the sandbox could not be copied",
                            Map.of("sandboxId", sourceId))
                    .causedBy(e);
        }
    }

    private static ApiException missing(String id) {
        return new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", id))
                .asException();
    }

    private List<Resident> begin(Forks forks, Origin from) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var begun = threads.invokeAll(forks.specs().stream()
                    .map(spec -> (Callable<Resident>) () -> begin(spec, forks, from))
                    .toList());
            var made = new ArrayList<Resident>();
            for (var one : begun) {
                made.add(one.get());
            }
            return made;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ApiException known ? known : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sandboxes were forked", e);
        }
    }

    private Resident begin(SandboxSpec spec, Forks forks, Origin from) {
        var secret = forks.secrets().get(spec.id());
        return locks.holding(
                spec.id(), () -> lives.begin(spec, secret == null ? null : SandboxSecret.parse(secret), from));
    }

    private void undo(List<String> ids, RuntimeException cause) {
        for (var id : ids) {
            try {
                remove(id);
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }

    private void remove(String id) {
        locks.holding(id, () -> {
            residents.get(id).ifPresent(lives::remove);
            return id;
        });
    }

    private void forget(String sourceId, Meanwhile<Checkpoint> copying) {
        try {
            copying.end(driver::remove);
        } catch (IOException e) {
            LOG.warn("a checkpoint of {} stays until the next start", sourceId, e);
        }
    }
}
