package dev.elevo.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Takes as long as it takes, as long as some of it comes: by itself, a read of a dead connection waits for ever. */
final class StallingContent extends FilterInputStream {
    private final long most;
    private final Thread watch;
    private volatile @Nullable Long waitsSince;
    private volatile boolean isStalled;

    /** @param most how long a read may wait */
    StallingContent(InputStream content, Duration most) {
        super(content);
        this.most = most.toNanos();
        this.watch = Thread.ofVirtual().unstarted(this::watch);
        watch.start();
    }

    private void watch() {
        try {
            for (var left = left(); left > 0; left = left()) {
                Thread.sleep(Duration.ofNanos(left));
            }
            isStalled = true;
            in.close(); // ends the read
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is at its end, or closed
        } catch (IOException e) {
            throw new IllegalStateException("what comes from the network closes", e);
        }
    }

    private long left() {
        var since = waitsSince;
        return since == null ? most : most - (System.nanoTime() - since);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        waitsSince = System.nanoTime();
        try {
            var count = in.read(buffer, offset, length);
            if (count < 0) {
                watch.interrupt();
            }
            return count;
        } catch (IOException e) {
            if (isStalled) {
                var stalled = new HttpTimeoutException("nothing came for " + Duration.ofNanos(most));
                stalled.initCause(e);
                throw stalled;
            }
            throw e;
        } finally {
            waitsSince = null;
        }
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        in.close();
    }
}
