package dev.elevo.functions.sandboxes;

import dev.elevo.contract.LogWords;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.lambda.ScheduledTask;
import dev.elevo.platform.sandbox.SandboxKey;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every minute: brings what is recorded and what the engine has together, and what its hosts refused into the trail. */
@Singleton
class SweepTask implements ScheduledTask {
    private static final Logger LOG = LoggerFactory.getLogger(SweepTask.class);

    /** Most need no call; those that end take their grace, and the others should not have to wait for it. */
    private static final int MOST_AT_ONCE = 16;

    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
    private final SandboxStore store;
    private final Engine engine;
    private final Sweeper sweeper;
    private final HostRefusals refusals;

    SweepTask(SandboxStore store, Engine engine, Sweeper sweeper, HostRefusals refusals) {
        this.store = store;
        this.engine = engine;
        this.sweeper = sweeper;
        this.refusals = refusals;
    }

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public void run() {
        // Apart: to bring one sandbox from one machine to the next may take minutes, and the time of the others runs
        // out
        // meanwhile.
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tending = CompletableFuture.runAsync(engine::tend, threads);
            sweep();
            tending.join();
        }
    }

    private void sweep() {
        // The engine first: a sandbox is recorded before it is made, so whatever the engine has now and the register
        // does not have afterwards belongs to nobody.
        var atTheEngine =
                engine.sandboxes().list().stream().collect(Collectors.toMap(SandboxStatus::id, Function.identity()));
        var register = store.register();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var sandbox : store.findAll(register)) {
                threads.execute(() -> each(sandbox.id(), () -> sweeper.sweep(sandbox, atTheEngine.get(sandbox.id()))));
            }
            var known = register.stream().map(SandboxKey::id).collect(Collectors.toSet());
            for (var id : atTheEngine.keySet()) {
                if (!known.contains(id)) {
                    threads.execute(() -> each(id, () -> engine.sandboxes().delete(id)));
                }
            }
        }
        refusals.record();
        LOG.info("{}: {}", LogWords.SWEPT, register.size());
    }

    /** One that cannot be swept must not keep the others waiting; its turn comes again in a minute. */
    private void each(String id, Runnable sweep) {
        atOnce.acquireUninterruptibly();
        try {
            sweep.run();
        } catch (RuntimeException e) {
            LOG.error("Sweeping {} failed", id, e);
        } finally {
            atOnce.release();
        }
    }
}
