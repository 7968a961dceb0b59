package dev.elevo.agent.workspace;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is sent in parts. A part is in a file until it was taken: the store wants to know how long it is, and it may have to be sent
 * again. While some are on their way the next is written.
 */
final class PartsOutput extends OutputStream {
    private static final int ON_THEIR_WAY = 2;

    private final Store store;
    private final List<URI> addresses;
    private final long partBytes;
    private final Path directory;
    private final List<Future<String>> sent = new ArrayList<>();
    private final Semaphore free = new Semaphore(ON_THEIR_WAY);
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong taken = new AtomicLong();
    private volatile boolean isGivenUp;
    private @Nullable Path part;
    private @Nullable FileChannel channel;
    private long length;

    PartsOutput(Store store, List<URI> addresses, long partBytes, Path directory) {
        this.store = store;
        this.addresses = addresses;
        this.partBytes = partBytes;
        this.directory = directory;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        requireWanted();
        for (int at = 0; at < count; ) {
            var room = (int) Math.min(count - at, partBytes - length);
            var piece = ByteBuffer.wrap(bytes, offset + at, room);
            while (piece.hasRemaining()) {
                channel().write(piece);
            }
            at += room;
            length += room;
            if (length == partBytes) {
                send();
            }
        }
    }

    private FileChannel channel() throws IOException {
        if (channel == null) {
            if (part != null) {
                throw new IOException("the last part was not sent");
            }
            if (sent.size() == addresses.size()) {
                throw new TooManyPartsException(addresses.size());
            }
            part = Files.createTempFile(directory, "part", ".tmp");
            channel = FileChannel.open(part, StandardOpenOption.WRITE);
        }
        return channel;
    }

    private void send() throws IOException {
        var full = part;
        if (full == null || channel == null) {
            return;
        }
        channel.close();
        channel = null;
        acquire();
        var address = addresses.get(sent.size());
        var bytes = length;
        try {
            sent.add(senders.submit(() -> {
                try {
                    var word = store.put(address, full);
                    taken.addAndGet(bytes);
                    return word;
                } finally {
                    Files.delete(full);
                    free.release();
                }
            }));
        } catch (RejectedExecutionException e) {
            throw new IOException("given up", e);
        }
        part = null;
        length = 0;
        for (var each : sent) {
            if (each.state() == Future.State.FAILED) {
                result(each);
            }
        }
    }

    /** Whoever writes faster than it can be sent waits; the disk holds no more than these. */
    private void acquire() throws IOException {
        try {
            while (!free.tryAcquire(1, TimeUnit.SECONDS)) {
                requireWanted();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Whoever writes hears of it at his next word. */
    void giveUp() {
        isGivenUp = true;
        senders.shutdownNow();
    }

    private void requireWanted() throws IOException {
        if (isGivenUp) {
            throw new IOException("given up");
        }
    }

    /** Bytes that the store has taken. */
    long taken() {
        return taken.get();
    }

    /** Sends what is left, and returns when everything was taken: the store's words for the parts. */
    List<String> finish() throws IOException {
        if (sent.isEmpty()) {
            channel(); // a store takes no upload without a part, but an empty one
        }
        send();
        var words = new ArrayList<String>();
        for (var each : sent) {
            words.add(result(each));
        }
        return words;
    }

    private static String result(Future<String> part) throws IOException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnreachableException known
                    ? new UnreachableException(String.valueOf(known.getMessage()), known)
                    : new IOException("a part was not sent", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** What is on its way is given up. */
    @Override
    public void close() throws IOException {
        senders.shutdownNow();
        senders.close();
        if (channel != null) {
            channel.close();
        }
        if (part != null) {
            Files.deleteIfExists(part);
        }
    }
}
