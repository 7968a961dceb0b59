package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.lambda.ScheduledTask;
import dev.elevo.platform.push.PushOutbox;
import jakarta.inject.Singleton;

/** Every minute: tells what was not told, because who brings messages was away, or whoever was to be woken up was not. */
@Singleton
class PushTask implements ScheduledTask {
    private final PushOutbox outbox;
    private final Pusher pusher;

    PushTask(PushOutbox outbox, Pusher pusher) {
        this.outbox = outbox;
        this.pusher = pusher;
    }

    @Override
    public String name() {
        return "pushes";
    }

    @Override
    public void run() {
        if (outbox.takes()) {
            pusher.tellWaiting();
        }
    }
}
