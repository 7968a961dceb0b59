package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.push.PushListener;
import dev.elevo.platform.push.PushOutbox;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Has what was left in the outbox told, beside the request that left it. On Lambda, where what runs beside a request is frozen with
 * it, the table's stream does this instead.
 */
@Singleton
class PushWakeups implements PushListener {
    private static final String BY_WRITER = "writer";
    private static final int MOST_AT_ONCE = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
    private final BeanProvider<Pusher> pusher;
    private final boolean enabled;

    /** @param wokenBy {@code writer}, or {@code stream} where the table's stream calls the function ({@code ELEVO_EVENTS_BY}) */
    PushWakeups(BeanProvider<Pusher> pusher, @Value("${elevo.events.by:writer}") String wokenBy) {
        this.pusher = pusher;
        this.enabled = wokenBy.equals(BY_WRITER);
    }

    @Override
    public void waits(PushOutbox.Key key) {
        if (enabled) {
            Thread.ofVirtual().name("push").start(() -> tell(key));
        }
    }

    private void tell(PushOutbox.Key key) {
        atOnce.acquireUninterruptibly();
        try {
            pusher.get().tell(List.of(key));
        } finally {
            atOnce.release();
        }
    }

    /** What is needed for it is closed next. */
    @PreDestroy
    void awaitNone() throws InterruptedException {
        atOnce.tryAcquire(MOST_AT_ONCE, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
