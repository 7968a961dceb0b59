package dev.elevo.agent.room;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Room in the heap for large answers. The heap is that of all sandboxes, and without room in it the agent ends: so whoever answers
 * with more than a little takes room first, and has it until the answer has left.
 */
@Singleton
public final class AnswerRoom implements ApplicationEventListener<HttpRequestTerminatedEvent> {
    /** Answers of this size come by the hundred, and wait for nobody. */
    static final long SMALL = 256 << 10;

    /** An answer is in the heap as bytes, as text, and as the JSON of it. */
    private static final int COPIES = 4;

    /** Less than half of the heap. One answer takes no more than all of it. */
    private static final long ALL = 64 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TAKEN = AnswerRoom.class.getName();

    private final int most;
    private final Duration patience;
    private final Semaphore free;

    @Inject
    public AnswerRoom() {
        this(ALL, PATIENCE);
    }

    AnswerRoom(long bytes, Duration patience) {
        most = kilobytes(bytes);
        this.patience = patience;
        free = new Semaphore(most, true);
    }

    private static int kilobytes(long bytes) {
        return Math.toIntExact(bytes >> 10);
    }

    /** What one request has of it. */
    private static final class Taken {
        private int kilobytes;
        private boolean isOver;
    }

    /** An answer whose length shows when it is there. */
    public final class Growing {
        private long length;
        private long told;

        /**
         * Waits for room for what has come.
         *
         * @param bytes that there are of it now besides
         */
        public void by(long bytes) {
            length += bytes;
            if (length - told >= SMALL) {
                take(length - told);
                told = length;
            }
        }
    }

    public Growing growing() {
        return new Growing();
    }

    /**
     * Waits for room.
     *
     * @param length of the answer, or of a part of it
     */
    public void take(long length) {
        // What nobody answers over HTTP, nobody would give back.
        if (length >= SMALL) {
            ServerRequestContext.currentRequest().ifPresent(request -> take(request, length));
        }
    }

    private void take(HttpRequest<?> request, long length) {
        var taken = request.getAttribute(TAKEN, Taken.class).orElseGet(() -> {
            var fresh = new Taken();
            request.setAttribute(TAKEN, fresh);
            return fresh;
        });
        // More than all there is would wait for ever.
        var wanted = (int) Math.min(most - (long) taken.kilobytes, COPIES * (length >> 10));
        acquire(wanted);
        synchronized (taken) {
            taken.kilobytes += wanted;
            if (taken.isOver) {
                free(taken);
            }
        }
    }

    private void acquire(int kilobytes) {
        try {
            if (!free.tryAcquire(kilobytes, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw full();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw full();
        }
    }

    private static ApiException full() {
        return new Failure.Refused(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "Too many large answers are on their way from this host; try again, or ask for less",
                        Map.of("resource", "answers"))
                .asException();
    }

    private void free(Taken taken) {
        free.release(taken.kilobytes);
        taken.kilobytes = 0;
    }

    /** Also where the client has gone, which whoever works for him does not know yet. */
    @Override
    public void onApplicationEvent(HttpRequestTerminatedEvent event) {
        event.getSource().getAttribute(TAKEN, Taken.class).ifPresent(taken -> {
            synchronized (taken) {
                taken.isOver = true;
                free(taken);
            }
        });
    }
}
