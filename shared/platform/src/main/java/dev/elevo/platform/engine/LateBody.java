package dev.elevo.platform.engine;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A body that stays in its connection until somebody reads it, who then has it at once as a whole. Kept connections know the last one
 * that came through them, so it holds no bytes when it is over.
 */
final class LateBody implements BodySubscriber<LateBody>, AutoCloseable {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private final CompletableFuture<Boolean> whole = new CompletableFuture<>();
    private volatile ByteBuffer room = NONE;

    /** @param length as its head says */
    byte[] read(int length, Duration patience) throws IOException, InterruptedException {
        var bytes = ByteBuffer.allocate(length);
        room = bytes;
        try {
            subscription.get().request(Long.MAX_VALUE);
            whole.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return bytes.array();
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("the answer does not come to its end");
        } catch (ExecutionException e) {
            throw new IOException("the answer broke off", e.getCause());
        } finally {
            room = NONE;
        }
    }

    /** Of one that was not read to its end the rest is not wanted, nor the connection it would come on. */
    @Override
    public void close() {
        if (!whole.isDone()) {
            var _ = subscription.thenAccept(Subscription::cancel);
        }
    }

    @Override
    public CompletionStage<LateBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Subscription begun) {
        subscription.complete(begun);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (var part : parts) {
            if (part.remaining() > room.remaining()) {
                onError(new IOException("there is more of it than its head says"));
                return;
            }
            room.put(part);
        }
    }

    @Override
    public void onError(Throwable broken) {
        whole.completeExceptionally(broken);
    }

    @Override
    public void onComplete() {
        if (room.hasRemaining()) {
            onError(new IOException("there is less of it than its head says"));
        } else {
            whole.complete(true);
        }
    }
}
