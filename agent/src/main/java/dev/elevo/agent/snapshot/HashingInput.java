package dev.elevo.agent.snapshot;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Hashes what passes; what is behind it stays open when it is closed. */
final class HashingInput extends FilterInputStream {
    private final StreamHash hash;

    HashingInput(StreamHash hash, InputStream from) {
        super(from);
        this.hash = hash;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        var count = in.read(bytes, offset, length);
        if (count > 0) {
            hash.add(bytes, offset, count);
        }
        return count;
    }

    @Override
    public long skip(long count) {
        return 0; // what was not seen is not hashed
    }

    @Override
    public void close() {}
}
