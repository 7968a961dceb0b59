package dev.elevo.functions.runs;

import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.streams.Wakeups;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/** Has the feed run for a run of which something was recorded. */
@Singleton
class LogWakeups {
    private final Wakeups wakeups;

    LogWakeups(BeanProvider<LogFeed> feed, @Value("${elevo.events.by:writer}") String wokenBy) {
        this.wakeups = new Wakeups(run -> feed.get().deliver(RunKey.parse(run)), wokenBy);
    }

    void changed(RunKey run) {
        wakeups.wake(run.spell());
    }

    @PreDestroy
    void awaitNone() throws InterruptedException {
        wakeups.awaitNone();
    }
}
