package dev.elevo.agent.snapshot;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Counts and hashes what passes; what is behind it stays open when it is closed. */
final class HashingOutput extends FilterOutputStream {
    private final StreamHash hash;
    private long count;

    HashingOutput(StreamHash hash, OutputStream to) {
        super(to);
        this.hash = hash;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        hash.add(bytes, offset, length);
        count += length;
        out.write(bytes, offset, length);
    }

    long count() {
        return count;
    }

    @Override
    public void close() throws IOException {
        flush();
    }
}
