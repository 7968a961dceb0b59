package dev.elevo.agent.snapshot;

import dev.elevo.contract.blob.BlobStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that is reached by a process which dies at the n-th call: from then on nothing happens any more. */
final class DyingStore implements BlobStore {
    private final BlobStore store;
    private final AtomicInteger left;
    private final boolean doesTheLast;

    /** Whether the last call is done, and only its answer does not arrive, is left to chance. */
    DyingStore(BlobStore store, int calls, Random random) {
        this.store = store;
        this.left = new AtomicInteger(calls);
        this.doesTheLast = random.nextBoolean();
    }

    boolean isDead() {
        return left.get() <= 0;
    }

    private interface Call<T> {
        T run() throws IOException;
    }

    private synchronized <T> T call(Call<T> call) throws IOException {
        var number = left.decrementAndGet();
        if (number < 0 || (number == 0 && !doesTheLast)) {
            throw new IOException("dead");
        }
        var result = call.run();
        if (number == 0) {
            throw new IOException("dead");
        }
        return result;
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        call(() -> {
            store.put(key, content);
            return key;
        });
    }

    @Override
    public void put(String key, Path file) throws IOException {
        call(() -> {
            store.put(key, file);
            return key;
        });
    }

    @Override
    public void read(String key, long offset, ByteBuffer into) throws IOException {
        call(() -> {
            store.read(key, offset, into);
            return key;
        });
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        return call(() -> store.size(key));
    }

    @Override
    public void delete(String key) throws IOException {
        call(() -> {
            store.delete(key);
            return key;
        });
    }

    @Override
    public List<Blob> list(String prefix) throws IOException {
        return call(() -> store.list(prefix));
    }
}
