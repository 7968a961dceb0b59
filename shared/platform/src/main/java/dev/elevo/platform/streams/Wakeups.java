package dev.elevo.platform.streams;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has connections told beside the request that gave them something to hear: a thread for each topic while there is something to do,
 * nothing in between. On Lambda, where what runs beside a request is frozen with it, the table's stream does this instead.
 */
public final class Wakeups {
    private static final Logger LOG = LoggerFactory.getLogger(Wakeups.class);
    private static final String BY_WRITER = "writer";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How often each was woken up since the work for it last began. */
    private final ConcurrentMap<String, Long> due = new ConcurrentHashMap<>();

    private final Consumer<String> work;
    private final boolean enabled;

    /** @param wokenBy {@code writer}, or {@code stream} where the table's stream calls the function ({@code ELEVO_EVENTS_BY}) */
    public Wakeups(Consumer<String> work, String wokenBy) {
        this.work = work;
        this.enabled = wokenBy.equals(BY_WRITER);
    }

    public void wake(String topic) {
        if (enabled && due.merge(topic, 1L, Long::sum) == 1) {
            Thread.ofVirtual().name("events").start(() -> run(topic));
        }
    }

    private void run(String topic) {
        Long seen;
        do {
            seen = due.get(topic);
            try {
                work.accept(topic);
            } catch (RuntimeException e) {
                // The next change, ping or minute tries again; what was not told waits in the table.
                LOG.error("what there is to hear of {} is late", topic, e);
            } catch (Error broken) {
                due.remove(topic); // so that the next one is not taken for cared for
                throw broken;
            }
        } while (!due.remove(topic, seen));
    }

    /** For who closes next what the work needs. */
    public void awaitNone() throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!due.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }
}
