package dev.elevo.localstack.launch;

import dev.elevo.contract.Area;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
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

    private final List<CompletableFuture<?>> begun = new ArrayList<>();
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
                var period = options.period(schedule).toMillis();
                Runnable run = () -> run(area, schedule.name());
                begun.add(CompletableFuture.runAsync(run, timer).thenRun(() -> {
                    var _ = timer.scheduleWithFixedDelay(run, period, period, TimeUnit.MILLISECONDS);
                }));
            }
        }
    }

    /** Returns when each has run once: what happened while nobody looked is put right before anybody asks. */
    void awaitFirstRuns() {
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
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
    }
}
