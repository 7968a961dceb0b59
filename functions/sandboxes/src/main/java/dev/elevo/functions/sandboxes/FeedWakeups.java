package dev.elevo.functions.sandboxes;

import dev.elevo.platform.status.OutboxListener;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the feed run for an organization in which something happened, beside the request that did it: a thread while there is
 * something to do, nothing in between. On Lambda, where what runs beside a request is frozen with it, the table's stream does
 * this instead.
 */
@Singleton
class FeedWakeups implements OutboxListener {
    private static final Logger LOG = LoggerFactory.getLogger(FeedWakeups.class);
    private static final String BY_WRITER = "writer";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** By organization how often it was woken up since the feed last began to run for it. */
    private final ConcurrentMap<String, Long> due = new ConcurrentHashMap<>();

    private final BeanProvider<StatusFeed> feed;
    private final boolean enabled;

    /** @param wokenBy {@code writer}, or {@code stream} where the table's stream calls the function ({@code ELEVO_EVENTS_BY}) */
    FeedWakeups(BeanProvider<StatusFeed> feed, @Value("${elevo.events.by:writer}") String wokenBy) {
        this.feed = feed;
        this.enabled = wokenBy.equals(BY_WRITER);
    }

    @Override
    public void changed(String organizationId) {
        if (enabled && due.merge(organizationId, 1L, Long::sum) == 1) {
            Thread.ofVirtual().name("events").start(() -> run(organizationId));
        }
    }

    private void run(String organizationId) {
        Long seen;
        do {
            seen = due.get(organizationId);
            try {
                feed.get().deliver(organizationId);
            } catch (RuntimeException e) {
                // The next change, ping or minute tries again; what was not told waits in the table.
                LOG.error("events of {} are late", organizationId, e);
            } catch (Error broken) {
                due.remove(organizationId); // so that the next one is not taken for cared for
                throw broken;
            }
        } while (!due.remove(organizationId, seen));
    }

    /** What is needed for it is closed next. */
    @PreDestroy
    void awaitNone() throws InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!due.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }
}
