package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The beginning of a blob, read as it is asked for. */
final class BlobInput extends InputStream {
    private static final int BUFFER = 1 << 18;

    private final Depot depot;
    private final String key;
    private final long length;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);
    private long position;

    BlobInput(Depot depot, String key, long length) {
        this.depot = depot;
        this.key = key;
        this.length = length;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int offset, int wanted) throws IOException {
        if (wanted == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        var count = Math.min(wanted, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    private boolean fill() throws IOException {
        if (!buffer.hasRemaining() && position < length) {
            buffer.clear().limit((int) Math.min(BUFFER, length - position));
            depot.blobs().read(key, position, buffer);
            position += buffer.flip().remaining();
        }
        return buffer.hasRemaining();
    }
}
