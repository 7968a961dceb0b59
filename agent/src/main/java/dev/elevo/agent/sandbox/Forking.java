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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        // Before anything is made for them. What may happen to it meanwhile is looked at again.
        residents.require(sourceId).requireProcesses();
        var copying = Meanwhile.later(() -> checkpoint(sourceId, ids.size() == 1));
        try {
            return begin(sourceId, forks, copying);
        } catch (RuntimeException e) {
            var told = reason(copying, e);
            undo(ids, told);
            throw told;
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

    /** Whoever calls holds the source's lock. */
    private Checkpoint checkpoint(String sourceId, boolean isForOne) {
        var source = lives.settle(residents.require(sourceId), Instant.now()).requireProcesses();
        try {
            var made = driver.checkpoint(residents.slotOf(source));
            return isForOne ? made.forOne() : made;
        } catch (IOException e) {
            throw new Failure.Refused(
                            ErrorCode.SANDBOX_CREATION_FAILED,
                            "The files of the sandbox could not be copied",
                            Map.of("sandboxId", sourceId))
                    .causedBy(e);
        }
    }

    private List<Resident> begin(String sourceId, Forks forks, Meanwhile<Checkpoint> copying) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var made = new ArrayList<Resident>();
            for (var one : prepared(sourceId, forks, copying, threads)) {
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

    /**
     * Returns when the checkpoint was taken. They have locks of their own while they wait for it, so it must not wait for one: the source's
     * is held before any of them begins.
     */
    private List<Future<Resident>> prepared(
            String sourceId, Forks forks, Meanwhile<Checkpoint> copying, ExecutorService threads) {
        return locks.holding(sourceId, () -> {
            try {
                return forks.specs().stream()
                        .map(spec -> threads.submit(() -> begin(spec, forks, copying::get)))
                        .toList();
            } finally {
                copying.run();
            }
        });
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
