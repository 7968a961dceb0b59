package dev.elevo.functions.sandboxes.events;

import dev.elevo.platform.status.OutboxListener;
import dev.elevo.platform.streams.Wakeups;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/** Has the feed run for an organization in which something happened. */
@Singleton
class FeedWakeups implements OutboxListener {
    private final Wakeups wakeups;

    FeedWakeups(BeanProvider<StatusFeed> feed, @Value("${elevo.events.by:writer}") String wokenBy) {
        this.wakeups = new Wakeups(organizationId -> feed.get().deliver(organizationId), wokenBy);
    }

    @Override
    public void changed(String organizationId) {
        wakeups.wake(organizationId);
    }

    @PreDestroy
    void awaitNone() throws InterruptedException {
        wakeups.awaitNone();
    }
}
