package dev.elevo.agent.room;

import dev.elevo.contract.room.HeapRoom;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Room in the agent's heap for large answers: whoever answers takes it first, and has it until the answer has left. */
@Singleton
public final class AnswerRoom implements ApplicationEventListener<HttpRequestTerminatedEvent> {
    private static final long ALL = 64 << 20;
    private static final String SHARE = AnswerRoom.class.getName();

    private final HeapRoom heap;

    @Inject
    public AnswerRoom() {
        this(new HeapRoom(ALL, HeapRoom.Use.ANSWERS));
    }

    AnswerRoom(HeapRoom heap) {
        this.heap = heap;
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
            if (length - told >= HeapRoom.SMALL) {
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
        if (length >= HeapRoom.SMALL) {
            ServerRequestContext.currentRequest()
                    .ifPresent(request -> shareOf(request).take(length));
        }
    }

    private HeapRoom.Share shareOf(HttpRequest<?> request) {
        return request.getAttribute(SHARE, HeapRoom.Share.class).orElseGet(() -> {
            var fresh = heap.share();
            request.setAttribute(SHARE, fresh);
            return fresh;
        });
    }

    @Override
    public void onApplicationEvent(HttpRequestTerminatedEvent event) {
        event.getSource().getAttribute(SHARE, HeapRoom.Share.class).ifPresent(HeapRoom.Share::close);
    }
}
