package dev.elevo.localstack.launch;

import dev.elevo.contract.Area;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The timed events of the table of areas. */
final class Schedules implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);

    /** A thread for each: one that has much to do keeps no other waiting. */
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(
            Math.toIntExact(Stream.of(Area.values())
                    .mapToLong(area -> area.schedules().size())
                    .sum()),
            Thread.ofPlatform().name("schedules-", 0).daemon().factory());

    /** Each done when its schedule has run once. */
    private final Collection<CompletableFuture<?>> firstRuns = new ConcurrentLinkedQueue<>();

    private final Functions functions;
    private final Options options;

    Schedules(Functions functions, Options options) {
        this.functions = functions;
        this.options = options;
    }

    /** Side by side, at once and from then on. */
    void begin(Set<Area> areas) {
        for (var area : areas) {
            for (var schedule : area.schedules()) {
                begin(area, schedule.name(), options.period(schedule));
            }
        }
    }

    private void begin(Area area, String name, Duration period) {
        var first = new CompletableFuture<>();
        firstRuns.add(first);
        Runnable run = () -> {
            try {
                run(area, name);
                first.complete(null);
            } catch (Error fatal) {
                LOG.error("schedule {} of {} is run no more", name, area.areaName(), fatal);
                first.completeExceptionally(fatal);
                throw fatal;
            }
        };
        try {
            var _ = timer.scheduleWithFixedDelay(run, 0, period.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            throw new NotStartedException("stopped while it was starting");
        }
    }

    /** Returns when each has run once: what happened while nobody looked is put right before anybody asks. */
    void awaitFirstRuns() {
        CompletableFuture.allOf(firstRuns.toArray(CompletableFuture[]::new)).join();
    }

    /** One failed run must not end the schedule; the next may find things better. */
    private void run(Area area, String name) {
        try {
            functions.runSchedule(area, name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.error("schedule {} of {} failed", name, area.areaName(), e);
        }
    }

    @Override
    public void close() {
        // Waits for the run that is under way: it needs what is closed next.
        timer.close();
        firstRuns.forEach(first -> first.complete(null)); // of those that are not run any more
    }
}
